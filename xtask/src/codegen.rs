//! Files that are written by the product or by a tool, kept in the repository
//! for people to read and compared in CI.

use crate::{product, run, web};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A generated file and what prints it.
struct Output {
    file: &'static str,
    from: From,
}

enum From {
    /// `koe` with these arguments prints it to stdout.
    Koe(&'static [&'static str]),
    /// The TypeScript types of the API, made from the file named here.
    Types(&'static str),
}

/// Every generated file, in an order in which each can use those before it.
const OUTPUTS: &[Output] = &[
    Output {
        file: "docs/reference/openapi.json",
        from: From::Koe(&["openapi"]),
    },
    Output {
        file: "docs/reference/config.md",
        from: From::Koe(&["config", "reference"]),
    },
    Output {
        file: "docs/reference/cli.md",
        from: From::Koe(&["cli-reference"]),
    },
    Output {
        file: "docs/reference/schema.sql",
        from: From::Koe(&["migrate", "--print-schema"]),
    },
    Output {
        file: "web/src/api/schema.gen.ts",
        from: From::Types("docs/reference/openapi.json"),
    },
];

#[derive(clap::Args)]
pub struct Arguments {
    /// Write nothing; fail if a file is not up to date.
    #[arg(long)]
    check: bool,
}

/// Compares every generated file with what would be written now.
pub fn check() -> Result<()> {
    run(&Arguments { check: true })
}

/// Writes the generated files, or compares them.
pub fn run(arguments: &Arguments) -> Result<()> {
    let koe = product::build()?;
    let mut stale = Vec::new();
    for Output { file, from } in OUTPUTS {
        let made = match from {
            From::Koe(words) => koe_prints(&koe, words),
            From::Types(openapi) => types(openapi),
        };
        let made = made.with_context(|| format!("cannot make {file}"))?;
        let path = run::root().join(file);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if kept == made {
            continue;
        }
        if arguments.check {
            stale.push(format!("{file}: {}", first_difference(&kept, &made)));
        } else {
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(&path, made).with_context(|| format!("cannot write {file}"))?;
            println!("wrote {file}");
        }
    }
    if !stale.is_empty() {
        bail!(
            "not up to date (run `cargo xtask codegen` and commit):\n  {}",
            stale.join("\n  ")
        );
    }
    println!("{} generated files are up to date", OUTPUTS.len());
    Ok(())
}

fn koe_prints(koe: &Path, words: &[&str]) -> Result<String> {
    // What a shell has configured must not find its way into a committed file.
    let scratch = tempfile::tempdir()?;
    let mut command = run::without_settings(Command::new(koe));
    command.args(words).current_dir(scratch.path());
    let mut text = String::from_utf8(run::output(&mut command)?)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn types(openapi: &str) -> Result<String> {
    web::install("web")?;
    let scratch = tempfile::tempdir()?;
    let made = scratch.path().join("schema.ts");
    let mut tool = run::command("npm", "web");
    tool.args(["exec", "--no", "openapi-typescript", "--"]);
    // A field with a default may be left out of a request.
    tool.arg("--default-non-nullable=false");
    tool.arg(run::root().join(openapi))
        .arg("--output")
        .arg(&made);
    run::output(&mut tool)?;
    Ok(fs::read_to_string(made)?)
}

/// Where two texts first differ, for a person.
fn first_difference(kept: &str, made: &str) -> String {
    if kept.is_empty() {
        return "missing".to_owned();
    }
    let (mut kept_lines, mut made_lines) = (kept.lines(), made.lines());
    for number in 1.. {
        match (kept_lines.next(), made_lines.next()) {
            (Some(kept), Some(made)) if kept == made => {}
            (None, None) => break,
            (kept, made) => {
                let show = |line: Option<&str>| line.unwrap_or("(end)").trim().to_owned();
                return format!(
                    "line {number} is `{}`, should be `{}`",
                    show(kept),
                    show(made)
                );
            }
        }
    }
    "differs in its line breaks".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert_eq!(first_difference("", "a\n"), "missing");
        assert_eq!(
            first_difference("a\nb\n", "a\nc\n"),
            "line 2 is `b`, should be `c`"
        );
        assert_eq!(
            first_difference("a\n", "a\nc\n"),
            "line 2 is `(end)`, should be `c`"
        );
        assert_eq!(first_difference("a", "a\n"), "differs in its line breaks");
    }
}
