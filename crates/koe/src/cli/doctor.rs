//! `koe doctor`: checks everything that Koe depends on.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::base::app::App;
use crate::base::clock::{Clock, from_ms};
use crate::base::config::Config;
use crate::base::db::Db;
use crate::base::experience;
use crate::base::room;
use crate::org;

/// Something must be mended first; exit code 3.
#[derive(Debug, thiserror::Error)]
#[error("{0} of the checks failed; mend what is marked above")]
pub struct Unwell(pub usize);

/// Free space below which a day of answers and a compaction may not fit.
const LEAST_FREE: u64 = 1 << 30;
/// Koe was not yet written then: a clock before it was never set.
const OLDEST_NOW_MS: i64 = 1_767_225_600_000;
/// How far stored times may lie ahead of this machine's clock.
const CLOCK_SKEW_MS: i64 = 60_000;

/// Checks, and says of each what was found and how to mend it.
///
/// # Errors
/// [`Unwell`] when something must be mended.
pub async fn examine(config: Config) -> anyhow::Result<()> {
    let mut findings = vec![
        settings(&config),
        data_folder(&config),
        lake_folder(&config),
        space(&config),
        listen(&config),
        public_url(&config),
    ];
    findings.extend(store(&config).await);
    let mut failed = 0;
    let mut lines = String::new();
    for (name, outcome) in &findings {
        match outcome {
            Ok(found) => lines.push_str(&format!("ok    {name}: {found}\n")),
            Err(remedy) => {
                failed += 1;
                lines.push_str(&format!("MEND  {name}: {remedy}\n"));
            }
        }
    }
    super::print(&lines)?;
    match failed {
        0 => Ok(()),
        failed => Err(Unwell(failed).into()),
    }
}

/// A check's name, and what was found or how to mend it.
type Finding = (&'static str, Result<String, String>);

fn settings(config: &Config) -> Finding {
    let outcome = match config.validate() {
        Ok(()) => Ok("every setting is within its limits".into()),
        Err(error) => Err(format!("{error:#}; see `koe config reference`")),
    };
    ("configuration", outcome)
}

fn data_folder(config: &Config) -> Finding {
    let data = &config.store.data;
    let remedy = "make room, choose another with --data, or give this user the right";
    ("data folder", writable(data, remedy))
}

fn lake_folder(config: &Config) -> Finding {
    let lake = config.store.data.join("lake");
    let remedy = "make room, or give this user the right; until then answers stay in the store \
                  and imports are refused";
    ("lake folder", writable(&lake, remedy))
}

fn writable(folder: &Path, remedy: &str) -> Result<String, String> {
    match room::try_folder(folder) {
        Ok(()) => Ok(format!("{} can be written and synced", folder.display())),
        Err(error) => Err(format!(
            "{} cannot be written ({error}); {remedy}",
            folder.display()
        )),
    }
}

fn space(config: &Config) -> Finding {
    let data = &config.store.data;
    let outcome = match rustix::fs::statvfs(data) {
        Ok(about) => {
            let free = about.f_bavail.saturating_mul(about.f_frsize);
            enough(free)
        }
        Err(error) => Err(format!("{} cannot be asked ({error})", data.display())),
    };
    ("free space", outcome)
}

fn enough(free: u64) -> Result<String, String> {
    let mib = free >> 20;
    if free >= LEAST_FREE {
        Ok(format!("{mib} MiB"))
    } else {
        Err(format!(
            "only {mib} MiB; answers are refused when the disk is full: make room, or move the data folder"
        ))
    }
}

fn listen(config: &Config) -> Finding {
    let address = config.server.listen;
    let outcome = match std::net::TcpListener::bind(address) {
        Ok(_) => Ok(format!("{address} is free")),
        Err(_) if koe_answers(address) => Ok(format!("a Koe serves on {address} now")),
        Err(error) => Err(format!(
            "{address} cannot be used ({error}); stop what listens there or choose another with --listen"
        )),
    };
    ("address", outcome)
}

/// Whether what listens there is a Koe.
fn koe_answers(mut address: SocketAddr) -> bool {
    const PATIENCE: Duration = Duration::from_secs(2);
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /api/openapi.json HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(2_048).read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains("\"title\": \"Koe\""))
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
    let mut current = false;
    findings.push((
        "schema",
        match db.pending_migrations().await {
            Ok(pending) if pending.is_empty() => {
                current = true;
                Ok("up to date".into())
            }
            Ok(pending) => Err(format!("waits for `koe migrate` ({})", pending.join(", "))),
            Err(error) => Err(format!("cannot be read ({error:#})")),
        },
    ));
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
    if current {
        findings.extend(contents(config).await);
    }
    findings
}

/// What a store of the present schema holds.
async fn contents(config: &Config) -> Vec<Finding> {
    let app = match super::open(config.clone()).await {
        Ok(app) => app,
        Err(error) => return vec![("lake", Err(format!("cannot be opened ({error:#})")))],
    };
    let findings = vec![
        ("lake", lake(&app).await),
        ("clock", clock(&app).await),
        ("time zones", time_zones(&app).await),
    ];
    app.db.close().await;
    findings
}

async fn lake(app: &App) -> Result<String, String> {
    let found = experience::check(app)
        .await
        .map_err(|problem| format!("cannot be checked ({problem})"))?;
    match found.faults.as_slice() {
        [] => Ok(format!(
            "{} files with {} rows are as they were sealed",
            found.files, found.rows
        )),
        [first, ..] => Err(format!(
            "{first} ({} files in all; `koe lake check` lists them)",
            found.faults.len()
        )),
    }
}

async fn clock(app: &App) -> Result<String, String> {
    let newest = experience::newest_ms(app)
        .await
        .map_err(|problem| format!("what was stored last cannot be asked ({problem})"))?;
    judge_clock(Clock::system().now_ms(), newest)
}

fn judge_clock(now_ms: i64, newest_ms: Option<i64>) -> Result<String, String> {
    const REMEDY: &str = "set it, and keep it right with NTP (timedatectl set-ntp true)";
    let now = from_ms(now_ms);
    if now_ms < OLDEST_NOW_MS {
        return Err(format!("says {now}, which cannot be; {REMEDY}"));
    }
    match newest_ms {
        Some(newest) if newest > now_ms + CLOCK_SKEW_MS => Err(format!(
            "says {now}, but something was stored at {}; {REMEDY}",
            from_ms(newest)
        )),
        _ => Ok(now.to_string()),
    }
}

async fn time_zones(app: &App) -> Result<String, String> {
    let organisations = org::organisations(app)
        .await
        .map_err(|problem| format!("cannot be asked ({problem})"))?;
    let mut known = Vec::new();
    for organisation in organisations {
        match TimeZone::get(&organisation.time_zone) {
            Ok(_) => known.push(organisation.time_zone),
            Err(error) => {
                return Err(format!(
                    "that of {} is not known ({error}); install the package tzdata",
                    organisation.name
                ));
            }
        }
    }
    Ok(match known.is_empty() {
        true => "no organisation yet; begin with `koe user add`".into(),
        false => known.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_cannot_be_right_is_told() {
        let now = OLDEST_NOW_MS + 1_000_000;
        for (now_ms, newest_ms, right) in [
            (now, None, true),
            (now, Some(now - 1), true),
            (now, Some(now + CLOCK_SKEW_MS), true),
            (now, Some(now + CLOCK_SKEW_MS + 1), false),
            (0, None, false),
        ] {
            let judged = judge_clock(now_ms, newest_ms);
            assert_eq!(judged.is_ok(), right, "{now_ms} {newest_ms:?}");
            if let Err(remedy) = judged {
                assert!(remedy.contains("NTP"));
            }
        }
    }

    #[test]
    fn little_room_is_told() {
        assert!(enough(LEAST_FREE).is_ok());
        assert!(enough(LEAST_FREE - 1).is_err());
    }

    #[test]
    fn what_is_no_koe_is_not_taken_for_one() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody");
            let mut request = [0; 256];
            let read = stream.read(&mut request).expect("a request");
            assert!(read > 0);
            stream
                .write_all(b"HTTP/1.0 200 OK\r\n\r\nhello")
                .expect("answered");
        });
        assert!(!koe_answers(address));
        server.join().expect("the server ends");
        assert!(!koe_answers(address), "nobody is there now");
    }
}
