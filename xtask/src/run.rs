//! Running other programs: every command is shown, every failure names the
//! command, and a signal to xtask reaches what it started.

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

static STOPPING: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// The repository's root folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The cargo that runs xtask, so that a chosen toolchain stays chosen.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A command in a folder of the repository.
pub fn command(program: &str, folder: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root().join(folder));
    command
}

/// A `koe` command that no setting of the calling shell reaches.
pub fn without_settings(mut command: Command) -> Command {
    for (name, _value) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KOE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Passes Ctrl-C and termination on to the children and lets `main` end in the
/// ordinary way, so that whatever was started is also stopped.
pub fn pass_signals_on() -> Result<()> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen to signals")?;
    std::thread::spawn(move || {
        for number in signals.forever() {
            STOPPING.store(true, Ordering::SeqCst);
            let signal = if number == SIGINT { "INT" } else { "TERM" };
            for child in running().iter() {
                send(*child, signal);
            }
        }
    });
    Ok(())
}

/// Whether a signal asked xtask to stop.
pub fn stopping() -> bool {
    STOPPING.load(Ordering::SeqCst)
}

fn running() -> std::sync::MutexGuard<'static, Vec<u32>> {
    RUNNING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// How a person would type this command.
pub fn shown(command: &Command) -> String {
    let mut words: Vec<String> = Vec::new();
    for (key, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!(
                "{}={}",
                key.to_string_lossy(),
                hide_password(&value.to_string_lossy())
            ));
        }
    }
    let program = Path::new(command.get_program());
    words.push(
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned(),
    );
    words.extend(command.get_args().map(|argument| {
        let argument = argument.to_string_lossy();
        if argument.contains(' ') {
            format!("'{argument}'")
        } else {
            argument.into_owned()
        }
    }));
    let folder = command
        .get_current_dir()
        .and_then(|folder| folder.strip_prefix(root()).ok());
    match folder.map(|folder| folder.display().to_string()) {
        Some(folder) if !folder.is_empty() => format!("(cd {folder} && {})", words.join(" ")),
        _ => words.join(" "),
    }
}

fn hide_password(value: &str) -> String {
    let parts = value.split_once("://").and_then(|(scheme, rest)| {
        let (who, place) = rest.split_once('@')?;
        let (user, _password) = who.split_once(':')?;
        Some(format!("{scheme}://{user}:…@{place}"))
    });
    parts.unwrap_or_else(|| value.to_owned())
}

/// Starts a child that signals reach; it must be waited for with [`wait`].
pub fn start(command: &mut Command) -> Result<Child> {
    eprintln!("  $ {}", shown(command));
    if stopping() {
        bail!("stopped");
    }
    let child = command
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    running().push(child.id());
    Ok(child)
}

/// Waits until a child of [`start`] has ended.
pub fn wait(child: &mut Child) -> Result<ExitStatus> {
    let status = child.wait();
    running().retain(|running| *running != child.id());
    Ok(status?)
}

/// Waits until a child of [`start`] has ended, and reads its piped stdout.
pub fn wait_with_output(child: Child) -> Result<(ExitStatus, Vec<u8>)> {
    let started = child.id();
    let done = child.wait_with_output();
    running().retain(|running| *running != started);
    let done = done?;
    Ok((done.status, done.stdout))
}

/// Asks a child of [`start`] to stop in its own time.
pub fn ask_to_stop(child: &Child) {
    send(child.id(), "TERM");
}

/// Sends a signal with the shell's own `kill`: a crate for it would switch on
/// features that xtask shares with the product, and so compile the query
/// engine twice.
fn send(process: u32, signal: &str) {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("kill -s {signal} {process}")])
        .stderr(Stdio::null());
    // A child that has just ended needs no signal.
    let _gone = shell.status();
}

/// Whether xtask runs as the system's root user.
pub fn as_root() -> bool {
    first_line("id", &["-u"]).is_some_and(|user| user == "0")
}

/// Runs a command to its end with its output shown.
///
/// # Errors
/// When it cannot start, when it fails, and when a signal stopped it.
pub fn run(command: &mut Command) -> Result<()> {
    let mut child = start(command)?;
    let status = wait(&mut child)?;
    if stopping() {
        bail!("stopped");
    }
    if !status.success() {
        bail!("{status}: {}", shown(command));
    }
    Ok(())
}

/// Runs a command to its end and returns what it printed to stdout.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let (status, stdout) = output_whatever_the_end(command)?;
    if !status.success() {
        bail!("{status}: {}", shown(command));
    }
    Ok(stdout)
}

/// Like [`output`], for programs whose exit status says something else than
/// failure (audits, for example).
pub fn output_whatever_the_end(command: &mut Command) -> Result<(ExitStatus, Vec<u8>)> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = child.with_context(|| format!("cannot start {}", shown(command)))?;
    let done = child.wait_with_output()?;
    Ok((done.status, done.stdout))
}

/// The first line a program prints, or nothing when it cannot run.
pub fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&done.stdout);
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    (done.status.success() && !line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_names_its_folder_and_hides_passwords() {
        let mut command = command("npm", "web");
        command
            .args(["run", "e2e"])
            .env("E2E_DATABASE_URL", "postgres://koe:secret@127.0.0.1:1/x");
        assert_eq!(
            shown(&command),
            "(cd web && E2E_DATABASE_URL=postgres://koe:…@127.0.0.1:1/x npm run e2e)"
        );
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run(&mut command("false", ".")).expect_err("false fails");
        assert!(error.to_string().contains("false"), "{error}");
    }

    #[test]
    fn the_first_line_of_a_missing_program_is_nothing() {
        assert_eq!(first_line("no-such-program-here", &[]), None);
        assert_eq!(first_line("echo", &["one"]), Some("one".to_owned()));
    }
}
