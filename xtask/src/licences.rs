//! Every dependency's licence is known and fits a product under the AGPL.

use crate::{dictionary, run, web};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use std::fs;

/// Licences whose terms the AGPL-3.0-or-later allows us to keep.
const ALLOWED: &[&str] = &[
    "0BSD",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CC-BY-4.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// A package as its registry describes it.
#[derive(Debug, PartialEq, Eq)]
struct Package {
    name: String,
    licence: Option<String>,
}

/// Checks the crates of `cargo metadata` and the packages of the lock files.
pub fn check() -> Result<()> {
    let mut cargo = run::cargo();
    cargo.args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ]);
    let metadata: Value = serde_json::from_slice(&run::output(&mut cargo)?)?;
    let mut packages = crates(&metadata);
    for part in web::PARTS.iter().chain([&dictionary::PART]) {
        let path = run::root().join(part).join("package-lock.json");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {part}/package-lock.json"))?;
        packages.extend(npm(part, &serde_json::from_str(&text)?));
    }
    let refused: Vec<String> = packages.iter().filter_map(refusal).collect();
    if !refused.is_empty() {
        bail!(
            "licences to look at (choose another package, or add the licence to \
             xtask/src/licences.rs if the AGPL allows it):\n  {}",
            refused.join("\n  ")
        );
    }
    println!(
        "licences: {} packages, all known and allowed",
        packages.len()
    );
    Ok(())
}

/// Crates from a registry; our own have our own licence.
fn crates(metadata: &Value) -> Vec<Package> {
    let all = metadata["packages"].as_array().into_iter().flatten();
    all.filter(|package| !package["source"].is_null())
        .map(|package| Package {
            name: format!(
                "crate {} {}",
                text(&package["name"]),
                text(&package["version"])
            ),
            licence: package["license"].as_str().map(str::to_owned),
        })
        .collect()
}

/// Packages of a `package-lock.json`, without the folder itself.
fn npm(part: &str, lock: &Value) -> Vec<Package> {
    let all = lock["packages"].as_object().into_iter().flatten();
    all.filter(|(path, package)| !path.is_empty() && package["link"] != true)
        .map(|(path, package)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            Package {
                name: format!("{part}: package {name} {}", text(&package["version"])),
                licence: package["license"].as_str().map(str::to_owned),
            }
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Why a package cannot be used, if so.
fn refusal(package: &Package) -> Option<String> {
    let Some(licence) = &package.licence else {
        return Some(format!("{}: names no licence", package.name));
    };
    match Expression::parse_mode(licence, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(is_allowed) => None,
        Ok(_) => Some(format!("{}: {licence} is not on the list", package.name)),
        Err(error) => Some(format!(
            "{}: {licence} cannot be read: {}",
            package.name, error.reason
        )),
    }
}

/// An addition (`WITH …`) only gives more rights, so the licence itself decides.
fn is_allowed(required: &spdx::LicenseReq) -> bool {
    let written = required.license.to_string();
    ALLOWED.contains(&written.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(licence: Option<&str>) -> bool {
        refusal(&Package {
            name: "x".into(),
            licence: licence.map(str::to_owned),
        })
        .is_some()
    }

    #[test]
    fn a_missing_unknown_or_foreign_licence_is_refused() {
        assert!(refused(None));
        assert!(refused(Some("GPL-2.0-only")));
        assert!(refused(Some("MIT AND SSPL-1.0")));
        assert!(refused(Some("see LICENSE file")));
    }

    #[test]
    fn a_choice_needs_one_allowed_side_and_a_sum_needs_all() {
        assert!(!refused(Some("MIT OR GPL-2.0-only")));
        assert!(!refused(Some("(MIT OR Apache-2.0) AND Unicode-3.0")));
        assert!(!refused(Some("MIT/Apache-2.0")));
        assert!(!refused(Some("Apache-2.0 WITH LLVM-exception")));
        assert!(!refused(Some("AGPL-3.0-or-later")));
    }

    #[test]
    fn packages_are_read_from_both_kinds_of_lists() {
        let metadata = json!({"packages": [
            {"name": "a", "version": "1.0.0", "license": "MIT", "source": "registry"},
            {"name": "koe", "version": "0.1.0", "license": "AGPL-3.0-or-later", "source": null}
        ]});
        assert_eq!(
            crates(&metadata),
            [Package {
                name: "crate a 1.0.0".into(),
                licence: Some("MIT".into())
            }]
        );
        let lock = json!({"packages": {
            "": {"name": "web"},
            "node_modules/a/node_modules/@b/c": {"version": "2.0.0"}
        }});
        assert_eq!(
            npm("web", &lock),
            [Package {
                name: "web: package @b/c 2.0.0".into(),
                licence: None
            }]
        );
    }
}
