//! Who may make a scope.

use super::rust::{paths, tokens};
use super::{Finding, Source};

const SRC: &str = "crates/koe/src/";

/// A scope of a request is made by `org` alone, after authentication; one of
/// the system's own work also by the duties that move the lake's rows.
pub fn made_by_org(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(inside) = source.path.strip_prefix(SRC) else {
            continue;
        };
        let in_org = inside.starts_with("org/") || inside == "base/scope.rs";
        if in_org || source.ending() != "rs" {
            continue;
        }
        // A file that cannot be read as Rust is reported once, by the rule on slice order.
        let Ok(tokens) = tokens(&source.text) else {
            continue;
        };
        for path in paths(&tokens).iter().filter(|path| !path.test) {
            let [.., holder, maker] = path.segments.as_slice() else {
                continue;
            };
            let say = match maker.as_str() {
                "after_authentication" => "makes a scope: take the one that `Actor::require` gives",
                "of_system" | "of_operator"
                    if holder == "Scope" && !inside.starts_with("base/experience/") =>
                {
                    "makes a scope: ask `org::system_scope` or `org::operator_scope`"
                }
                _ => continue,
            };
            findings.push(Finding::new(source, path.line, say));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    #[test]
    fn a_scope_made_elsewhere_is_a_finding() {
        let request = "fn f() { Scope::after_authentication(a, b, c); }";
        let named = "fn f() { crate::base::scope::Scope::of_system(a); }";
        for (path, text, findings) in [
            ("crates/koe/src/voices/api.rs", request, 1),
            ("crates/koe/src/base/experience/seal.rs", request, 1),
            ("crates/koe/src/org/api/actor.rs", request, 0),
            ("crates/koe/src/voices/jobs.rs", named, 1),
            ("crates/koe/src/base/experience/seal.rs", named, 0),
            ("crates/koe/src/org/mod.rs", named, 0),
            (
                "crates/koe/src/voices/jobs.rs",
                "fn f() { org::system_scope(a); Clock::of_system(); }",
                0,
            ),
        ] {
            let found = made_by_org(&[source(path, text)]);
            assert_eq!(found.len(), findings, "{path}: {text}");
        }
    }
}
