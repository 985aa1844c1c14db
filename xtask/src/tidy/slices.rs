//! The product's slices: their order, their doors, their introductions.

use super::rust::{Path, paths, tokens};
use super::{Finding, Source};

/// The slices from left to right; each may use only those before it.
pub const SLICES: &[&str] = &[
    "org",
    "touchpoints",
    "people",
    "surveys",
    "listening",
    "responses",
    "connectors",
    "voices",
    "metrics",
    "drivers",
    "loyalty",
    "maps",
    "cases",
    "automations",
    "initiatives",
    "strategy",
    "dashboards",
    "privacy",
    "views",
    "leaving",
];

/// Modules that put the slices together and so may name them all.
const ABOVE: &[&str] = &["wiring", "cli", "main", "lib", "demo"];

/// What a slice keeps to itself: others go through its `mod.rs`.
const PRIVATE: &[&str] = &["store", "model", "api", "jobs"];

const SRC: &str = "crates/koe/src/";

/// Where a file stands in the product crate.
struct Place {
    /// The first folder or file name under `src`, without `.rs`.
    top: String,
    /// How deep the file's own module lies under the crate's root.
    depth: usize,
}

fn place(path: &str) -> Option<Place> {
    let inside = path.strip_prefix(SRC)?.strip_suffix(".rs")?;
    let parts: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
    let top = parts.first().copied()?.to_owned();
    let depth = if matches!(top.as_str(), "main" | "lib") {
        0
    } else {
        parts.len()
    };
    Some(Place { top, depth })
}

fn rank(name: &str) -> Option<usize> {
    SLICES.iter().position(|slice| *slice == name)
}

/// The part of a path below the crate's root, however the root was named.
fn below_root(path: &Path, depth: usize) -> Option<&[String]> {
    let [first, rest @ ..] = path.segments.as_slice() else {
        return None;
    };
    if first == "crate" {
        return Some(rest);
    }
    let ups = path
        .segments
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    (ups > 0 && ups == depth).then(|| &path.segments[ups..])
}

fn each_path(
    source: &Source,
    depth: usize,
    findings: &mut Vec<Finding>,
    mut look: impl FnMut(&[String]) -> Option<String>,
) {
    let tokens = match tokens(&source.text) {
        Ok(tokens) => tokens,
        Err(error) => {
            findings.push(Finding::new(
                source,
                1,
                format!("cannot be read as Rust: {error}"),
            ));
            return;
        }
    };
    for path in paths(&tokens) {
        if let Some(below) = below_root(&path, depth + path.depth)
            && let Some(say) = look(below)
        {
            findings.push(Finding::new(source, path.line, say));
        }
    }
}

/// A slice may use only slices to its left; what lies under the slices may use none.
pub fn order(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(place) = place(&source.path) else {
            continue;
        };
        if ABOVE.contains(&place.top.as_str()) {
            continue;
        }
        let own = rank(&place.top);
        each_path(source, place.depth, &mut findings, |below| {
            let named = below.first()?;
            if named == "*" {
                return Some("names the whole crate with `*`: name what you use".to_owned());
            }
            let other = rank(named)?;
            match own {
                Some(own) if other <= own => None,
                Some(_) => Some(format!(
                    "`{}` may not use `{named}`, which lies to its right: let it publish an event \
                     that `{named}` subscribes to, or move this code to `{named}` or `views`",
                    place.top
                )),
                None => Some(format!(
                    "`{}` lies under the slices and may not use `{named}`: pass in what it needs, \
                     or move this code into a slice",
                    place.top
                )),
            }
        });
    }
    findings
}

/// A slice is used through its `mod.rs`.
pub fn facades(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(place) = place(&source.path) else {
            continue;
        };
        if rank(&place.top).is_none() {
            continue;
        }
        each_path(source, place.depth, &mut findings, |below| {
            let [slice, part, ..] = below else {
                return None;
            };
            let foreign = rank(slice).is_some() && *slice != place.top;
            (foreign && PRIVATE.contains(&part.as_str())).then(|| {
                format!(
                    "reaches into `{slice}::{part}`: use what `{slice}/mod.rs` offers, \
                     or offer it there"
                )
            })
        });
    }
    findings
}

/// Every slice begins with what it is.
pub fn docs(sources: &[Source]) -> Vec<Finding> {
    let is_slice = |source: &&Source| {
        let inside = source
            .path
            .strip_prefix(SRC)
            .and_then(|path| path.strip_suffix("/mod.rs"));
        inside.is_some_and(|name| rank(name).is_some())
    };
    sources
        .iter()
        .filter(is_slice)
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| {
            Finding::new(
                source,
                1,
                "begin with `//!`: what this slice is for and what it offers",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    fn found(rule: fn(&[Source]) -> Vec<Finding>, path: &str, text: &str) -> usize {
        rule(&[source(path, text)]).len()
    }

    #[test]
    fn a_slice_may_use_only_those_to_its_left() {
        let path = "crates/koe/src/people/store.rs";
        assert_eq!(
            found(
                order,
                path,
                "use crate::{org::Scope, touchpoints, people::Person};"
            ),
            0
        );
        assert_eq!(
            found(order, path, "use crate::{org::Scope, metrics::Metric};"),
            1
        );
        assert_eq!(found(order, path, "fn f() { crate::views::home(); }"), 1);
        assert_eq!(found(order, path, "use super::super::surveys::Survey;"), 1);
        assert_eq!(
            found(
                order,
                path,
                "mod inner { use super::super::super::surveys::Survey; }"
            ),
            1
        );
        assert_eq!(found(order, path, "use super::surveys;"), 0);
        assert_eq!(found(order, path, "use crate::*;"), 1);
    }

    #[test]
    fn the_base_names_no_slice_and_the_wiring_names_all() {
        assert_eq!(
            found(order, "crates/koe/src/base/db.rs", "use crate::org::Scope;"),
            1
        );
        assert_eq!(
            found(
                order,
                "crates/koe/src/wiring.rs",
                "use crate::{org, views};"
            ),
            0
        );
        assert_eq!(
            found(order, "crates/koe/src/cli/serve.rs", "use crate::views::x;"),
            0
        );
    }

    #[test]
    fn a_file_that_is_not_rust_is_a_finding() {
        assert_eq!(found(order, "crates/koe/src/org/mod.rs", "fn f( {"), 1);
    }

    #[test]
    fn a_slice_is_used_through_its_mod_rs() {
        let path = "crates/koe/src/people/api.rs";
        assert_eq!(found(facades, path, "use crate::org::store::units;"), 1);
        assert_eq!(found(facades, path, "use crate::org::units;"), 0);
        assert_eq!(found(facades, path, "use crate::people::store::find;"), 0);
    }

    #[test]
    fn a_slice_without_an_introduction_is_a_finding() {
        assert_eq!(found(docs, "crates/koe/src/org/mod.rs", "mod store;"), 1);
        assert_eq!(
            found(docs, "crates/koe/src/org/mod.rs", "//! Who.\nmod store;"),
            0
        );
        assert_eq!(
            found(docs, "crates/koe/src/org/units/mod.rs", "mod store;"),
            0
        );
    }
}
