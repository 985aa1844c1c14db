//! Building the `koe` binary, in the one profile that everything shares.

use crate::run;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Builds `koe` and says where the binary is.
pub fn build() -> Result<PathBuf> {
    let messages = messages(run::cargo().args(["build", "--package", "koe"]))?;
    binary(&messages).context("cargo built koe and did not say where")
}

/// Builds `koe` as it is packaged, for measurements, and says where the binary is.
pub fn release() -> Result<PathBuf> {
    let messages = messages(run::cargo().args(["build", "--release", "--package", "koe"]))?;
    binary(&messages).context("cargo built koe and did not say where")
}

/// Checks that the binary and the tests use the very same compiled crates, so
/// that a machine compiles the query engine once.
///
/// # Errors
/// Naming the crates that are compiled a second time for the tests.
pub fn one_build() -> Result<()> {
    let alone = libraries(&messages(run::cargo().args(["build", "--package", "koe"]))?);
    let tests = libraries(&messages(run::cargo().args([
        "test",
        "--workspace",
        "--no-run",
    ]))?);
    let twice = compiled_twice(&alone, &tests);
    if !twice.is_empty() {
        bail!(
            "compiled twice, because binary and tests resolve different features: {}.\n\
             `cargo tree --edges features --invert NAME` shows who asks for what; make the \
             product's own dependencies ask for what its dev-dependencies do",
            twice.join(" ")
        );
    }
    println!("binary and tests share all {} compiled crates", alone.len());
    Ok(())
}

/// A package's name and version, and the library files cargo made of it: one
/// for the product, one more where build scripts or macros use it too.
type Libraries = BTreeMap<String, BTreeSet<String>>;

fn compiled_twice(alone: &Libraries, tests: &Libraries) -> Vec<String> {
    let differs = |(name, files): &(&String, &BTreeSet<String>)| {
        tests
            .get(*name)
            .is_some_and(|shared| !files.is_subset(shared))
    };
    alone
        .iter()
        .filter(differs)
        .map(|(name, _)| name.clone())
        .collect()
}

fn messages(cargo: &mut Command) -> Result<Vec<Value>> {
    cargo
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped());
    let (status, stdout) = run::wait_with_output(run::start(cargo)?)?;
    if !status.success() {
        bail!("koe does not build; the compiler's messages are above");
    }
    Ok(artifacts(&stdout))
}

/// What cargo made, from its messages, one JSON object per line.
fn artifacts(messages: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(messages)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .collect()
}

fn binary(artifacts: &[Value]) -> Option<PathBuf> {
    let koe = artifacts
        .iter()
        .filter(|made| made["target"]["name"] == "koe");
    koe.filter_map(|made| made["executable"].as_str())
        .next_back()
        .map(PathBuf::from)
}

fn libraries(artifacts: &[Value]) -> Libraries {
    let mut libraries = Libraries::new();
    for made in artifacts {
        let package = made["package_id"].as_str().unwrap_or_default();
        let Some(name) = package
            .strip_prefix("registry+")
            .and_then(|id| id.rsplit('#').next())
        else {
            continue;
        };
        let files = made["filenames"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        let files = files
            .filter(|file| file.ends_with(".rlib"))
            .map(str::to_owned);
        libraries.entry(name.to_owned()).or_default().extend(files);
    }
    libraries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_tells_where_the_binary_is() {
        let messages = br#"
{"reason":"compiler-artifact","package_id":"path+file:///koe#0.1.0","target":{"name":"koe"},"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///koe#0.1.0","target":{"name":"koe"},"executable":"/t/debug/koe"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(
            binary(&artifacts(messages)),
            Some(PathBuf::from("/t/debug/koe"))
        );
    }

    #[test]
    fn a_crate_compiled_for_the_tests_alone_is_named() {
        let made = |file: &str| {
            let line = format!(
                r#"{{"reason":"compiler-artifact","package_id":"registry+https://x/index#arrow@1.0.0","filenames":["/t/{file}.rlib","/t/{file}.rmeta"]}}"#
            );
            artifacts(line.as_bytes())
        };
        let one = libraries(&made("libarrow-1"));
        let both = libraries(&[made("libarrow-1"), made("libarrow-2")].concat());
        let other = libraries(&made("libarrow-2"));
        assert_eq!(compiled_twice(&one, &both), [""; 0]);
        assert_eq!(compiled_twice(&one, &other), ["arrow@1.0.0"]);
    }
}
