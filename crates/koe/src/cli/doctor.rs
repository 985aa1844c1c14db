//! `koe doctor`: checks everything that Koe depends on.

use std::io::Write;

use crate::base::config::Config;
use crate::base::db::Db;

/// Something must be mended first; exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0} of the checks failed; mend what is marked above")]
pub struct Unwell(usize);

/// Checks, and says of each what was found and how to mend it.
pub async fn examine(config: Config) -> anyhow::Result<()> {
    let mut findings = vec![folder(&config), listen(&config), public_url(&config)];
    findings.extend(store(&config).await);
    let mut failed = 0;
    for (name, outcome) in &findings {
        match outcome {
            Ok(found) => println!("ok    {name}: {found}"),
            Err(remedy) => {
                failed += 1;
                println!("MEND  {name}: {remedy}");
            }
        }
    }
    if failed > 0 {
        return Err(Unwell(failed).into());
    }
    Ok(())
}

/// A check's name, and what was found or how to mend it.
type Finding = (&'static str, Result<String, String>);

fn folder(config: &Config) -> Finding {
    let data = &config.store.data;
    let attempt = || -> std::io::Result<()> {
        std::fs::create_dir_all(data)?;
        let mut file = tempfile::tempfile_in(data)?;
        file.write_all(&[0; 4096])?;
        file.sync_all()
    };
    let outcome = match attempt() {
        Ok(()) => Ok(format!("{} can be written and synced", data.display())),
        Err(error) => Err(format!(
            "{} cannot be written ({error}); choose another with --data or give this user the right",
            data.display()
        )),
    };
    ("data folder", outcome)
}

fn listen(config: &Config) -> Finding {
    let address = config.server.listen;
    let outcome = match std::net::TcpListener::bind(address) {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) => Err(format!(
            "{address} cannot be used ({error}); stop what listens there or choose another with --listen"
        )),
    };
    ("address", outcome)
}

fn public_url(config: &Config) -> Finding {
    let url = config.public_url();
    let outcome = if url.starts_with("https://") || config.server.listen.ip().is_loopback() {
        Ok(url)
    } else {
        Err(format!(
            "{url} is not https; put a proxy with a certificate in front and set server.public_url"
        ))
    };
    ("public address", outcome)
}

async fn store(config: &Config) -> Vec<Finding> {
    let db = match Db::open(&config.store).await {
        Ok(db) => db,
        Err(error) => {
            let remedy = format!(
                "cannot be opened ({error:#}); check KOE_DATABASE_URL and that the server runs"
            );
            return vec![("store", Err(remedy))];
        }
    };
    let mut findings = vec![("store", Ok(format!("{:?} answers", db.engine())))];
    match db.pending_migrations().await {
        Ok(pending) if pending.is_empty() => findings.push(("schema", Ok("up to date".into()))),
        Ok(pending) => findings.push((
            "schema",
            Err(format!("waits for `koe migrate` ({})", pending.join(", "))),
        )),
        Err(error) => findings.push(("schema", Err(format!("cannot be read ({error:#})")))),
    }
    match db.durability().await {
        Ok(settings) => findings.extend(settings.into_iter().map(|(name, value, safe)| {
            let outcome = if safe {
                Ok(value)
            } else {
                Err(format!(
                    "is {value}: an acknowledged answer could be lost in a power cut; turn it on"
                ))
            };
            (name, outcome)
        })),
        Err(error) => findings.push(("durability", Err(format!("cannot be asked ({error})")))),
    }
    db.close().await;
    findings
}
