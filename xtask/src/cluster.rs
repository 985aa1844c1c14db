//! A PostgreSQL cluster that lives as long as a test run: own folder, own
//! port, own password, fsync on, stopped whatever happens.

use crate::run;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A running cluster; dropping it stops the server and removes the folder.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    owner: Option<Owner>,
    password: String,
    port: u16,
}

/// The unprivileged user who owns the cluster when xtask runs as root, because
/// `initdb` and `postgres` refuse to run as root.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Cluster {
    /// Makes and starts a cluster with the programs of `programs`
    /// (a folder with `initdb` and `pg_ctl`).
    pub fn start(programs: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("koe-postgres-").tempdir()?;
        let owner = owner()?;
        let password = secret()?;
        let password_file = folder.path().join("password");
        fs::write(&password_file, &password)?;
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600))?;
        if let Some(owner) = owner {
            for path in [folder.path(), &password_file] {
                chown(path, Some(owner.user), Some(owner.group))?;
            }
        }
        let mut cluster = Self {
            folder,
            programs: programs.to_path_buf(),
            owner,
            password,
            port: 0,
        };
        cluster.initialise(&password_file)?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// Where tests connect, as a superuser; each test makes its own database
    /// or schema.
    pub fn url(&self) -> String {
        format!(
            "postgres://koe:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    fn initialise(&self, password_file: &Path) -> Result<()> {
        let mut initdb = self.program("initdb");
        // `--no-sync` concerns only these first files; the server itself runs with fsync on.
        initdb
            .args([
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--username=koe",
                "--no-sync",
            ])
            .args(["--auth-local=peer", "--auth-host=scram-sha-256"])
            .arg(format!("--pwfile={}", password_file.display()))
            .arg(format!("--pgdata={}", self.data().display()));
        self.finish("initdb", &mut initdb)
    }

    /// A port is free only until somebody takes it, so a failed start is tried
    /// again on another one.
    fn serve(&mut self) -> Result<()> {
        let mut last = None;
        for _attempt in 0..3 {
            self.port = free_port()?;
            let options = format!(
                "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories='{}' \
                 -c fsync=on -c synchronous_commit=on -c full_page_writes=on \
                 -c max_connections=300 -c max_locks_per_transaction=256",
                self.port,
                self.folder.path().display()
            );
            let mut start = self.program("pg_ctl");
            start
                .args(["start", "--wait", "--timeout=60", "--silent"])
                .arg(format!("--pgdata={}", self.data().display()))
                .arg(format!("--log={}", self.log().display()))
                .args(["--options", &options]);
            match self.finish("pg_ctl start", &mut start) {
                Ok(()) => {
                    eprintln!("  PostgreSQL is running on 127.0.0.1:{}", self.port);
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
        }
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let error = last.unwrap_or_else(|| anyhow::anyhow!("no attempt was made"));
        Err(error.context(format!("PostgreSQL did not start; its log says:\n{log}")))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        // An own group keeps the terminal's Ctrl-C from the server: it is
        // stopped when this value is dropped, after the tests have ended.
        command.process_group(0);
        if let Some(owner) = self.owner {
            command.uid(owner.user).gid(owner.group);
        }
        command
    }

    fn finish(&self, what: &str, command: &mut Command) -> Result<()> {
        // The server inherits what pg_ctl was given, so the output goes to a
        // file: a pipe would stay open for as long as the server runs.
        let said = self.folder.path().join("said");
        let file = fs::File::create(&said)?;
        let status = command.stdout(file.try_clone()?).stderr(file).status();
        let status = status.with_context(|| format!("cannot start {what}"))?;
        if !status.success() {
            bail!(
                "{what}: {status}\n{}",
                fs::read_to_string(&said).unwrap_or_default()
            );
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return;
        }
        let mut stop = self.program("pg_ctl");
        // The data is thrown away, so there is nothing to write out first.
        stop.args(["stop", "--mode=immediate", "--wait", "--silent"])
            .arg(format!("--pgdata={}", self.data().display()));
        if let Err(error) = self.finish("pg_ctl stop", &mut stop) {
            eprintln!(
                "PostgreSQL in {} may still run: {error:#}",
                self.folder.path().display()
            );
        }
    }
}

/// A port that nobody listened on a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn owner() -> Result<Option<Owner>> {
    if !run::as_root() {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        let id = |kind| run::first_line("id", &[kind, user])?.parse().ok();
        if let (Some(user), Some(group)) = (id("-u"), id("-g")) {
            return Ok(Some(Owner { user, group }));
        }
    }
    bail!("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

fn secret() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, other) = (secret().expect("a secret"), secret().expect("a secret"));
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port().expect("a port");
        TcpListener::bind(("127.0.0.1", port)).expect("it is free");
    }
}
