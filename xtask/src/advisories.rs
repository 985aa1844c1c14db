//! Known weaknesses in dependencies, as far as an advisory database can be
//! reached; when it cannot, that is said plainly.

use crate::{run, web};
use anyhow::{Result, bail};
use serde_json::Value;

/// What an audit had to say.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Clean,
    /// How many advisories concern us.
    Found(u64),
    /// The check did not happen, and why.
    CouldNotRun(String),
}

/// Asks `cargo audit` and `npm audit`.
///
/// # Errors
/// When an advisory was found; not when a database is out of reach.
pub fn check() -> Result<()> {
    let mut found = 0;
    let parts = web::PARTS
        .iter()
        .map(|part| ((*part).to_owned(), npm(part)));
    for (what, verdict) in std::iter::once(("crates".to_owned(), crates())).chain(parts) {
        match verdict {
            Verdict::Clean => println!("advisories: {what}: none known"),
            Verdict::Found(number) => {
                println!("advisories: {what}: {number} found");
                found += number;
            }
            Verdict::CouldNotRun(why) => println!("advisories: {what}: NOT CHECKED, {why}"),
        }
    }
    if found > 0 {
        bail!("{found} advisories concern our dependencies: `cargo audit`, `npm audit` name them");
    }
    Ok(())
}

fn crates() -> Verdict {
    if run::first_line("cargo-audit", &["--version"]).is_none() {
        return Verdict::CouldNotRun("cargo-audit is not installed".to_owned());
    }
    let mut cargo = run::cargo();
    cargo.args(["audit", "--json", "--quiet"]);
    match run::output_whatever_the_end(&mut cargo) {
        Ok((_status, report)) => read_cargo(&report),
        Err(error) => Verdict::CouldNotRun(error.to_string()),
    }
}

fn read_cargo(report: &[u8]) -> Verdict {
    let report: Value = serde_json::from_slice(report).unwrap_or_default();
    match report["vulnerabilities"]["count"].as_u64() {
        Some(0) => Verdict::Clean,
        Some(number) => Verdict::Found(number),
        None => Verdict::CouldNotRun("the advisory database is out of reach".to_owned()),
    }
}

fn npm(part: &str) -> Verdict {
    let mut npm = run::command("npm", part);
    npm.args([
        "audit",
        "--json",
        "--fetch-retries=0",
        "--fetch-timeout=20000",
    ]);
    match run::output_whatever_the_end(&mut npm) {
        Ok((_status, report)) => read_npm(&report),
        Err(error) => Verdict::CouldNotRun(error.to_string()),
    }
}

/// Low and moderate advisories of build tools are too many and too weak to
/// stop a change; high and critical ones do.
fn read_npm(report: &[u8]) -> Verdict {
    let report: Value = serde_json::from_slice(report).unwrap_or_default();
    let counts = &report["metadata"]["vulnerabilities"];
    match (counts["high"].as_u64(), counts["critical"].as_u64()) {
        (Some(0), Some(0)) => Verdict::Clean,
        (Some(high), Some(critical)) => Verdict::Found(high + critical),
        _ => Verdict::CouldNotRun("the registry's advisories are out of reach".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_that_did_not_happen_is_neither_clean_nor_a_finding() {
        for report in [
            "",
            "error: couldn't fetch",
            r#"{"error":{"code":"ENOAUDIT"}}"#,
        ] {
            assert!(
                matches!(read_cargo(report.as_bytes()), Verdict::CouldNotRun(_)),
                "{report}"
            );
            assert!(
                matches!(read_npm(report.as_bytes()), Verdict::CouldNotRun(_)),
                "{report}"
            );
        }
    }

    #[test]
    fn advisories_are_counted() {
        assert_eq!(
            read_cargo(br#"{"vulnerabilities":{"count":2}}"#),
            Verdict::Found(2)
        );
        assert_eq!(
            read_cargo(br#"{"vulnerabilities":{"count":0}}"#),
            Verdict::Clean
        );
        let npm = br#"{"metadata":{"vulnerabilities":{"low":9,"high":1,"critical":1}}}"#;
        assert_eq!(read_npm(npm), Verdict::Found(2));
    }
}
