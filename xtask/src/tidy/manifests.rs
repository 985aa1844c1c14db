//! Every dependency says why it is there.

use super::{Finding, Source};

/// A dependency as written in a Cargo.toml.
pub struct Dependency {
    pub name: String,
    pub line: usize,
    /// The comment behind it.
    pub why: String,
}

/// The dependencies of a Cargo.toml, of every section and target.
pub fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut inside = false;
    let mut open = 0_usize;
    for (number, line) in manifest.lines().enumerate() {
        let (code, why) = split_comment(line);
        let code = code.trim();
        if open == 0 && code.starts_with('[') {
            inside = code.trim_matches(['[', ']']).ends_with("dependencies");
            if let Some((_, name)) = code.trim_matches(['[', ']']).split_once("dependencies.") {
                found.push(Dependency {
                    name: name.into(),
                    line: number + 1,
                    why,
                });
            }
            continue;
        }
        if !inside || code.is_empty() {
            continue;
        }
        if open == 0 {
            let name = code
                .split(['=', '.'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned();
            found.push(Dependency {
                name,
                line: number + 1,
                why,
            });
        } else if let Some(last) = found.last_mut() {
            // An entry over several lines may explain itself on any of them.
            last.why.push_str(&why);
        }
        open += code.matches(['[', '{']).count();
        open = open.saturating_sub(code.matches([']', '}']).count());
    }
    found
}

fn split_comment(line: &str) -> (&str, String) {
    let mut quoted = false;
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '#' if !quoted => return (&line[..at], line[at + 1..].trim().to_owned()),
            _ => {}
        }
    }
    (line, String::new())
}

/// In Cargo.toml the reason stands behind the dependency; in package.json
/// there are no comments, so the README beside it names each one.
pub fn reasons(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        match source.name() {
            "Cargo.toml" => {
                for dependency in dependencies(&source.text) {
                    if dependency.why.is_empty() {
                        findings.push(Finding::new(
                            source,
                            dependency.line,
                            format!(
                                "say in a comment on the line why `{}` is needed",
                                dependency.name
                            ),
                        ));
                    }
                }
            }
            "package.json" => findings.extend(package(source, sources)),
            _ => {}
        }
    }
    findings
}

fn package(source: &Source, sources: &[Source]) -> Vec<Finding> {
    let Ok(package) = serde_json::from_str::<serde_json::Value>(&source.text) else {
        return vec![Finding::new(source, 1, "is not JSON")];
    };
    let readme = source.path.replace("package.json", "README.md");
    let words = sources
        .iter()
        .find(|other| other.path == readme)
        .map_or("", |found| &found.text);
    ["dependencies", "devDependencies"]
        .iter()
        .filter_map(|section| package.get(section)?.as_object())
        .flat_map(|section| section.keys())
        .filter(|name| !words.contains(&format!("`{name}`")))
        .map(|name| Finding::new(source, 1, format!("say in {readme} why `{name}` is needed")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_a_finding() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nb = \"1\" # b is good\nc = { version = \"1\", features = [\"#\"] }\n[target.'cfg(unix)'.dev-dependencies]\nd.workspace = true\n[dependencies.e]\nversion = \"1\"\n";
        let says: Vec<String> = reasons(&[source("Cargo.toml", text)])
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(says.len(), 3, "{says:?}");
        assert!(says[0].contains("`c`") && says[1].contains("`d`") && says[2].contains("`e`"));
    }

    #[test]
    fn an_entry_over_several_lines_may_explain_itself_at_its_end() {
        let text = "[dependencies]\nb = { version = \"1\", features = [\n  \"x\",\n] } # because\n";
        assert_eq!(reasons(&[source("Cargo.toml", text)]), []);
    }

    #[test]
    fn a_package_is_explained_in_the_readme_beside_it() {
        let package = source(
            "web/package.json",
            r#"{"dependencies":{"react":"1","vite":"2"}}"#,
        );
        let readme = source("web/README.md", "- `react`: pages\n");
        let findings = reasons(&[package, readme]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].say.contains("`vite`"));
    }
}
