//! A finding on stdout: readable table, JSON, JSON lines or CSV. Tables and CSV show a finding's
//! main list; JSON has everything, no number rounded, `null` where there is none.

use clap::{Args, ValueEnum};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::connectors::imports::faults::harmless;

/// How the finding is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table to read.
    Table,
    /// Everything, as one JSON document.
    Json,
    /// The main list, one JSON object a line.
    Jsonl,
    /// The main list, with all digits.
    Csv,
}

/// The option of every command.
#[derive(Debug, Args)]
pub struct Output {
    /// How the finding is written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// A list of a finding, and the columns in which it is shown.
pub struct View {
    /// Its heading in tables; the first view has none.
    pub title: &'static str,
    /// Where the list is: a JSON pointer.
    pub list: &'static str,
    /// Heading and JSON pointer inside an item. An object becomes one column for each of its
    /// members; a pair of numbers is an interval, other lists are joined.
    pub columns: &'static [(&'static str, &'static str)],
}

/// A finding ready to be written.
pub struct Finding {
    /// All of it.
    pub value: Value,
    /// Its lists, the main one first.
    pub views: &'static [View],
    /// What stands above the table: method, confidence, n.
    pub about: Vec<String>,
    /// Warnings, for stderr.
    pub warnings: Vec<String>,
}

impl Finding {
    /// Writes the finding to stdout and its warnings to stderr.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn write(&self, output: &Output) -> anyhow::Result<()> {
        for warning in &self.warnings {
            eprintln!("Note: {warning}");
        }
        crate::cli::print(&self.text(output.format)?)
    }

    fn text(&self, format: Format) -> anyhow::Result<String> {
        let main = &self.views[0];
        Ok(match format {
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&self.value)?),
            Format::Jsonl => items(&self.value, main)
                .iter()
                .map(|item| format!("{item}\n"))
                .collect(),
            Format::Csv => csv_of(&self.value, main)?,
            Format::Table => {
                let mut text = String::new();
                if !self.about.is_empty() {
                    text.push_str(&format!("{}\n\n", self.about.join(" · ")));
                }
                for view in self.views {
                    let rows = items(&self.value, view);
                    if rows.is_empty() {
                        continue;
                    }
                    if !view.title.is_empty() {
                        text.push_str(&format!("\n{}\n", view.title));
                    }
                    text.push_str(&aligned(&rows, view));
                }
                text
            }
        })
    }
}

/// The items of a list; a single object is a list of one.
fn items<'a>(value: &'a Value, view: &View) -> Vec<&'a Value> {
    match value.pointer(view.list) {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

/// A column that is shown: heading and where its value is.
struct Shown {
    heading: String,
    pointer: String,
}

/// The columns, objects laid open into their members.
fn shown(rows: &[&Value], view: &View) -> Vec<Shown> {
    let mut columns = Vec::new();
    for (heading, pointer) in view.columns {
        let first = rows.iter().find_map(|row| row.pointer(pointer));
        if let Some(Value::Object(members)) = first {
            columns.extend(members.keys().map(|member| {
                let escaped = member.replace('~', "~0").replace('/', "~1");
                Shown {
                    heading: if heading.is_empty() {
                        member.clone()
                    } else {
                        format!("{heading} {member}")
                    },
                    pointer: format!("{pointer}/{escaped}"),
                }
            }));
        } else if first.is_some() {
            columns.push(Shown {
                heading: (*heading).to_owned(),
                pointer: (*pointer).to_owned(),
            });
        }
    }
    columns
}

fn csv_of(value: &Value, view: &View) -> anyhow::Result<String> {
    let rows = items(value, view);
    let columns = shown(&rows, view);
    let pair = |column: &Shown| {
        let mut values = rows.iter().map(|row| row.pointer(&column.pointer));
        values.any(|value| matches!(value, Some(Value::Array(ends)) if is_interval(ends)))
    };
    let pairs: Vec<bool> = columns.iter().map(pair).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut record = Vec::new();
    for (column, pair) in columns.iter().zip(&pairs) {
        if *pair {
            record.push(format!("{}_from", column.heading));
            record.push(format!("{}_to", column.heading));
        } else {
            record.push(column.heading.clone());
        }
    }
    out.write_record(&record)?;
    for row in &rows {
        record.clear();
        for (column, pair) in columns.iter().zip(&pairs) {
            let cell = row.pointer(&column.pointer).unwrap_or(&Value::Null);
            if *pair {
                record.extend([0, 1].map(|end| whole(cell.get(end).unwrap_or(&Value::Null))));
            } else {
                record.push(whole(cell));
            }
        }
        out.write_record(&record)?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

/// Whether a list is an interval, whose ends are numbers or open.
fn is_interval(ends: &[Value]) -> bool {
    ends.len() == 2 && ends.iter().all(|end| end.is_number() || end.is_null())
}

/// The items of a list that is no interval.
fn joined(items: &[Value]) -> String {
    let items: Vec<String> = items.iter().map(whole).collect();
    items.join("; ")
}

/// A value with all its digits; words that a spreadsheet would run are words.
fn whole(value: &Value) -> String {
    match value {
        Value::Array(items) => joined(items),
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    }
}

/// A value to read.
fn readable(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) if number.is_f64() => digits(number.as_f64().unwrap_or_default()),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) if !is_interval(items) => joined(items),
        Value::Array(ends) => {
            let ends: Vec<String> = ends.iter().map(readable).collect();
            format!("[{}]", ends.join(", "))
        }
        other => other.to_string(),
    }
}

/// A number in as many digits as somebody reads.
fn digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 1e-4 => format!("{value:.1e}"),
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 1_000.0 => format!("{value:.2}"),
        size if size < 1e9 => format!("{value:.1}"),
        _ => format!("{value:.4e}"),
    }
}

/// Columns of equal width on a terminal, where a Japanese character takes two places; numbers to
/// the right.
fn aligned(rows: &[&Value], view: &View) -> String {
    let columns = shown(rows, view);
    let headings = columns.iter().map(|column| column.heading.clone());
    let cells = rows.iter().map(|row| {
        let cells = columns.iter();
        cells
            .map(|column| readable(row.pointer(&column.pointer).unwrap_or(&Value::Null)))
            .collect()
    });
    let mut lines: Vec<Vec<String>> = std::iter::once(headings.collect()).chain(cells).collect();
    let widest = |place: usize| lines.iter().map(|line| line[place].width()).max();
    let widths: Vec<usize> = (0..columns.len())
        .map(|place| widest(place).unwrap_or(0))
        .collect();
    lines.insert(1, widths.iter().map(|&width| "─".repeat(width)).collect());
    let is_text = |column: &Shown| {
        let mut values = rows.iter().map(|row| row.pointer(&column.pointer));
        values.any(|value| match value {
            Some(Value::String(_)) => true,
            Some(Value::Array(items)) => !is_interval(items),
            _ => false,
        })
    };
    let texts: Vec<bool> = columns.iter().map(is_text).collect();
    let mut text = String::new();
    for line in lines {
        let padded = line.iter().zip(widths.iter().zip(&texts));
        let padded: Vec<String> = padded
            .map(|(cell, (width, is_text))| {
                let blanks = " ".repeat(width - cell.width());
                if *is_text {
                    format!("{cell}{blanks}")
                } else {
                    format!("{blanks}{cell}")
                }
            })
            .collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const VIEWS: &[View] = &[View {
        title: "",
        list: "/groups",
        columns: &[
            ("", "/key"),
            ("n", "/n"),
            ("value", "/value"),
            ("interval", "/interval"),
        ],
    }];

    fn finding() -> Finding {
        let value = json!({ "groups": [
            { "key": { "店舗": "渋谷" }, "n": 12, "value": 0.1 + 0.2, "interval": [0.1, 0.5] },
            { "key": { "店舗": null }, "n": 1, "value": null, "interval": null },
        ] });
        Finding {
            value,
            views: VIEWS,
            about: vec!["nps".into()],
            warnings: Vec::new(),
        }
    }

    #[test]
    fn japanese_columns_stand_in_line() {
        let text = finding().text(Format::Table).expect("text");
        let expected = "nps\n\n\
                        店舗   n   value          interval\n\
                        ────  ──  ──────  ────────────────\n\
                        渋谷  12  0.3000  [0.1000, 0.5000]\n\
                        –      1       –                 –\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn csv_and_json_round_nothing() {
        let csv = finding().text(Format::Csv).expect("text");
        assert_eq!(
            csv,
            "店舗,n,value,interval_from,interval_to\n渋谷,12,0.30000000000000004,0.1,0.5\n,1,,,\n"
        );
        let lines = finding().text(Format::Jsonl).expect("text");
        assert_eq!(lines.lines().count(), 2);
        let json = finding().text(Format::Json).expect("text");
        let read: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read, finding().value);
    }
}
