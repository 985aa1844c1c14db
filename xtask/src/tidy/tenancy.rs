//! Every statement on a table that holds rows of several organisations names the organisation
//! whose rows it reads or changes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex_lite::Regex;

use super::rust::{Kind, tokens};
use super::sql::may_hold_sql;
use super::{Finding, Source};

/// Functions whose statements are about rows of every organisation, or of one that they are about
/// to find.
struct Apart {
    file: &'static str,
    why: &'static str,
    functions: &'static [&'static str],
}

/// This list only gets shorter: an entry that no statement needs any more is a finding too.
const APART: &[Apart] = &[
    Apart {
        file: "crates/koe/src/base/outbox.rs",
        why: "events of all organisations are handed over in one order",
        functions: &["waiting", "dispatch", "renew"],
    },
    Apart {
        file: "crates/koe/src/base/experience/store.rs",
        why: "how old the lake is concerns the installation",
        functions: &["newest_ms"],
    },
    Apart {
        file: "crates/koe/src/base/experience/store/upkeep.rs",
        why: "sealing and compacting go through the rows and files of all organisations",
        functions: &[
            "waiting",
            "sizes",
            "oldest",
            "forget_sealed",
            "files_by_month",
            "tombstones",
            "forget_tombstones",
            "replace",
            "forget_replaced",
            "listed_paths",
        ],
    },
    Apart {
        file: "crates/koe/src/org/store/invitations.rs",
        why: "the secret of an invitation says which organisation it is of",
        functions: &["accept"],
    },
    Apart {
        file: "crates/koe/src/org/store/keys.rs",
        why: "a key says which organisation it is of",
        functions: &["by_hash", "touch"],
    },
    Apart {
        file: "crates/koe/src/org/store/members.rs",
        why: "an address signs in to the one organisation that has it",
        functions: &["by_email"],
    },
    Apart {
        file: "crates/koe/src/org/store/sessions.rs",
        why: "a session says whose it is",
        functions: &["member"],
    },
    Apart {
        file: "crates/koe/src/surveys/store/links.rs",
        why: "the secret of a link says which organisation it is of; previews end everywhere",
        functions: &["by_token_hash", "forget_previews"],
    },
    Apart {
        file: "crates/koe/src/people/store/erasure.rs",
        why: "the customer was held within the scope in the same transaction",
        functions: &["erase"],
    },
    Apart {
        file: "crates/koe/src/people/store/merge.rs",
        why: "both customers were held within the scope in the same transaction",
        functions: &["merge"],
    },
    Apart {
        file: "crates/koe/src/connectors/store/progress.rs",
        why: "a duty goes on with the imports of all organisations",
        functions: &["interrupted"],
    },
    Apart {
        file: "crates/koe/src/responses/pages/store.rs",
        why: "what was typed is forgotten after the same time everywhere",
        functions: &["forget"],
    },
    Apart {
        file: "crates/koe/src/privacy/store.rs",
        why: "a duty completes the receipts of all organisations",
        functions: &["open"],
    },
    Apart {
        file: "crates/koe/src/privacy/store/retention.rs",
        why: "a duty completes the receipts of all organisations",
        functions: &["open"],
    },
    Apart {
        file: "crates/koe/src/voices/store/search.rs",
        why: "the filter of voices begins with the organisation, and is added to these statements",
        functions: &["page", "confidential_counts"],
    },
    Apart {
        file: "crates/koe/src/voices/store/write.rs",
        why: "a duty looks for texts that were not read in the records of all organisations",
        functions: &["astray"],
    },
];

/// Column of every table whose rows belong to an organisation.
const OWNER: &str = "organisation_id";

static TABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)CREATE TABLE (\w+)\s*\((.*?)\n\)"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:FROM|JOIN|UPDATE)\s+(\w+)"));
static NARROWED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"organisation_id\s*(?:\|\|\s*''\s*)?(?:=|IN\b)"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant of this file")
}

/// Statements that read, change or delete rows of a table with an owner say of which owner,
/// unless they are [`APART`].
pub fn statements_name_it(sources: &[Source]) -> Vec<Finding> {
    found(sources, APART)
}

fn found(sources: &[Source], apart: &[Apart]) -> Vec<Finding> {
    let owned = owned(sources);
    let mut findings = Vec::new();
    let mut needed = BTreeSet::new();
    let stores = sources.iter().filter(|source| {
        source.path.starts_with("crates/koe/src/")
            && source.ending() == "rs"
            && may_hold_sql(&source.path)
    });
    for source in stores {
        // A file that cannot be read as Rust is reported once, by the rule on slice order.
        let Ok(tokens) = tokens(&source.text) else {
            continue;
        };
        let mut function = "";
        for (place, token) in tokens.iter().enumerate().filter(|(_, token)| !token.test) {
            match (&token.kind, tokens.get(place + 1).map(|next| &next.kind)) {
                (Kind::Word(word), Some(Kind::Word(name))) if word == "fn" => function = name,
                (Kind::Text(text), _) if forgets_owner(text, &owned) => {
                    let excused = apart.iter().any(|apart| {
                        apart.file == source.path && apart.functions.contains(&function)
                    });
                    if excused {
                        needed.insert((source.path.as_str(), function.to_owned()));
                    } else {
                        findings.push(Finding::new(
                            source,
                            token.line,
                            format!(
                                "`{function}` asks about rows of every organisation: \
                                 add `{OWNER} = $n` with the scope's own"
                            ),
                        ));
                    }
                }
                _ => {}
            }
        }
    }
    for apart in apart {
        for function in apart.functions {
            if !needed.contains(&(apart.file, (*function).to_owned())) {
                findings.push(Finding {
                    path: apart.file.to_owned(),
                    line: 1,
                    say: format!(
                        "`{function}` needs no exception any more ({}): \
                         take it off the list in xtask/src/tidy/tenancy.rs",
                        apart.why
                    ),
                });
            }
        }
    }
    findings
}

/// Tables whose rows say whose they are.
fn owned(sources: &[Source]) -> BTreeSet<String> {
    sources
        .iter()
        .filter(|source| source.path.starts_with("crates/koe/migrations/"))
        .flat_map(|source| TABLE.captures_iter(&source.text))
        .filter(|table| table[2].contains(OWNER))
        .map(|table| table[1].to_owned())
        .collect()
}

fn forgets_owner(text: &str, owned: &BTreeSet<String>) -> bool {
    // A text that goes over several lines holds its line breaks as they are written.
    let statement = text.replace("\\\n", " ").replace("\\n", " ");
    let statement = statement.trim_start();
    let is_statement = ["SELECT ", "UPDATE ", "DELETE ", "WITH "]
        .iter()
        .any(|verb| statement.starts_with(verb));
    is_statement
        && !NARROWED.is_match(statement)
        && NAMED
            .captures_iter(statement)
            .any(|table| owned.contains(&table[1]))
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    const STORE: &str = "crates/koe/src/voices/store.rs";
    const LISTED: &[Apart] = &[Apart {
        file: STORE,
        why: "a duty",
        functions: &["everywhere"],
    }];

    fn findings(function: &str, statement: &str, apart: &[Apart]) -> Vec<String> {
        let tables = "CREATE TABLE voice (\n    id TEXT,\n    organisation_id TEXT NOT NULL\n);\n\
                      CREATE TABLE session (\n    token TEXT\n);";
        let store = format!("fn {function}() {{ query(\"{statement}\") }}");
        let sources = [
            source("crates/koe/migrations/0001_base.sql", tables),
            source(STORE, &store),
        ];
        found(&sources, apart)
            .into_iter()
            .map(|finding| finding.say)
            .collect()
    }

    #[test]
    fn a_statement_about_everybodys_rows_is_a_finding() {
        for statement in [
            "SELECT id FROM voice WHERE id = $1",
            "SELECT organisation_id FROM voice",
            "UPDATE voice SET id = $1",
            "DELETE FROM voice WHERE id = $1",
            "\\\n    SELECT s.token FROM session s JOIN voice v ON v.id = s.token",
            "SELECT token FROM session WHERE token IN (SELECT id FROM voice)",
        ] {
            let found = findings("read", statement, &[]);
            assert_eq!(found.len(), 1, "{statement}");
            assert!(found[0].contains("`read`"), "{found:?}");
        }
    }

    #[test]
    fn a_statement_that_names_the_organisation_or_has_none_is_none() {
        for statement in [
            "SELECT id FROM voice WHERE organisation_id = $1",
            "SELECT id FROM voice v WHERE v.organisation_id IN ($1)",
            "SELECT id FROM voice WHERE organisation_id || '' = $1",
            "SELECT token FROM session WHERE token = $1",
            "INSERT INTO voice (id, organisation_id) VALUES ($1, $2)",
            "Select from voice what you want",
        ] {
            assert_eq!(findings("read", statement, &[]), [""; 0], "{statement}");
        }
    }

    #[test]
    fn an_exception_is_named_and_goes_when_it_is_not_needed() {
        let all = "SELECT id FROM voice";
        assert_eq!(findings("everywhere", all, LISTED), [""; 0]);
        let one = "SELECT id FROM voice WHERE organisation_id = $1";
        let found = findings("everywhere", one, LISTED);
        assert!(found[0].contains("needs no exception"), "{found:?}");
    }
}
