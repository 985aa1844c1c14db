//! Building the `koe` binary, in the one profile that everything shares.

use crate::run;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Stdio;

/// A built binary.
pub struct Built {
    pub binary: PathBuf,
    /// Registry crates that had to be compiled for it: none once the tests are built.
    pub compiled: Vec<String>,
}

/// Builds `koe` and says where it is.
pub fn build() -> Result<Built> {
    let mut cargo = run::cargo();
    cargo.args([
        "build",
        "--package",
        "koe",
        "--message-format=json-render-diagnostics",
    ]);
    cargo.stdout(Stdio::piped());
    let child = run::start(&mut cargo)?;
    let (status, messages) = run::wait_with_output(child)?;
    if !status.success() {
        bail!("koe does not build; the compiler's messages are above");
    }
    read(&messages).context("cargo built koe and did not say where")
}

/// Reads cargo's messages, one JSON object per line.
fn read(messages: &[u8]) -> Option<Built> {
    let mut binary = None;
    let mut compiled = Vec::new();
    for line in String::from_utf8_lossy(messages).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        if message["target"]["name"] == "koe"
            && let Some(path) = message["executable"].as_str()
        {
            binary = Some(PathBuf::from(path));
        }
        let package = message["package_id"].as_str().unwrap_or_default();
        if message["fresh"] == false && package.starts_with("registry+") {
            let name = package.rsplit(['/', '#']).next().unwrap_or(package);
            compiled.push(name.to_owned());
        }
    }
    Some(Built {
        binary: binary?,
        compiled,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_messages_tell_the_binary_and_what_was_compiled() {
        let messages = br#"
{"reason":"compiler-artifact","package_id":"registry+https://x/index#arrow@1.0.0","target":{"name":"arrow"},"fresh":false,"executable":null}
{"reason":"compiler-artifact","package_id":"registry+https://x/index#tokio@1.0.0","target":{"name":"tokio"},"fresh":true,"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///koe#0.1.0","target":{"name":"koe"},"fresh":false,"executable":"/t/debug/koe"}
{"reason":"build-finished","success":true}
"#;
        let built = read(messages).expect("a binary");
        assert_eq!(built.binary, PathBuf::from("/t/debug/koe"));
        assert_eq!(built.compiled, ["arrow@1.0.0"]);
    }
}
