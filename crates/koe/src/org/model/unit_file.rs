//! The unit tree as a CSV file: `code,name_ja,name_en,kind,parent_code,
//! valid_from,valid_to`, in any order, parents before or after children.
//!
//! A line says that from `valid_from` on the unit `code` stands below
//! `parent_code`. A file dated 1 April is so a reorganisation: it adds to
//! history and never rewrites it, and bringing it in twice changes nothing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::units::Unit;
use crate::base::problem::{Outcome, Problem};

/// The columns a file may have; `code` it must have.
const COLUMNS: [&str; 7] = [
    "code",
    "name_ja",
    "name_en",
    "kind",
    "parent_code",
    "valid_from",
    "valid_to",
];
/// Lines of one file.
const MOST_LINES: usize = 50_000;

/// One line of the file. None: the file has no such column; empty cells of
/// texts are empty texts.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Line of the file, the header being 1.
    pub(super) number: u64,
    /// The unit.
    pub(super) code: String,
    name_ja: Option<String>,
    name_en: Option<String>,
    kind: Option<String>,
    /// Above it; empty: a root.
    pub(super) parent_code: Option<String>,
    /// First day on which the line holds.
    pub(super) valid_from: Option<Date>,
    /// First day on which the unit no longer is.
    pub(super) valid_to: Option<Date>,
}

/// What is wrong with a line, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnitLineFault)]
pub struct LineFault {
    /// Line of the file, the header being 1; null: a unit outside the file.
    pub line: Option<u64>,
    /// Column at fault.
    pub field: String,
    /// What is wrong, as a stable word.
    pub reason: FaultReason,
    /// The code, day or text that it is about, where there is one.
    pub about: Option<String>,
    /// What is wrong and what would be accepted.
    pub message: String,
}

/// What may be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UnitFaultReason)]
pub enum FaultReason {
    /// The cell is no date; `about` is what it says.
    NoDate,
    /// The unit is named twice from the same day.
    Twice,
    /// The cell does not fit its column.
    DoesNotFit,
    /// There is no such unit above; `about` is its code.
    UnknownParent,
    /// The unit stands elsewhere, and no day is said on which it moves.
    NoDayOfMove,
    /// The day lies before the unit begins; `about` is its first day.
    BeforeBeginning,
    /// What it stands below begins later or ends earlier than the unit does.
    ParentIsNotThen,
    /// The unit would stand below itself.
    Circle,
}

impl LineFault {
    /// Says which code, day or text it is about.
    pub(super) fn about(mut self, what: impl ToString) -> Self {
        self.about = Some(what.to_string());
        self
    }
}

/// Something wrong with a line.
pub(super) fn fault(
    line: Option<u64>,
    field: &str,
    reason: FaultReason,
    message: impl Into<String>,
) -> LineFault {
    LineFault {
        line,
        field: field.into(),
        reason,
        about: None,
        message: message.into(),
    }
}

/// The text of a file: UTF-8 (with or without BOM), or else CP932, which
/// Japanese Excel writes.
fn decode(bytes: &[u8]) -> Outcome<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let (text, _, broken) = encoding_rs::SHIFT_JIS.decode(bytes);
    if broken {
        return Err(Problem::invalid(
            "body",
            "must be CSV text in UTF-8 or Shift_JIS",
        ));
    }
    Ok(text.into_owned())
}

/// `2026-04-01`, or `2026/4/1` as Excel rewrites it; empty: none.
fn read_date(cell: &str) -> Option<Option<Date>> {
    if cell.is_empty() {
        return Some(None);
    }
    let separator = if cell.contains('/') { '/' } else { '-' };
    let mut parts = cell.split(separator);
    let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok().map(Some)
}

/// Reads a file; the lines that can be read, and what is wrong with the rest.
///
/// # Errors
/// 422 on `body` when it is not such a file at all.
pub fn read_lines(bytes: &[u8]) -> Outcome<(Vec<Line>, Vec<LineFault>)> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(unreadable)?.clone();
    if let Some(unknown) = header.iter().find(|name| !COLUMNS.contains(name)) {
        let known = COLUMNS.join(", ");
        let message = format!("there is no column {unknown:?}; the columns are {known}");
        return Err(Problem::invalid("body", message));
    }
    let place = |name: &str| header.iter().position(|column| column == name);
    let Some(code_at) = place("code") else {
        return Err(Problem::invalid(
            "body",
            "the first line must name the columns, code among them",
        ));
    };
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        if lines.len() >= MOST_LINES {
            let message = format!("has more than {MOST_LINES} lines; bring it in in parts");
            return Err(Problem::invalid("body", message));
        }
        let number = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| place(name).and_then(|at| record.get(at)).map(str::to_owned);
        let mut date = |name: &'static str| {
            let text = cell(name).unwrap_or_default();
            read_date(&text).unwrap_or_else(|| {
                let message = "must be a date such as 2026-04-01";
                let wrong = fault(Some(number), name, FaultReason::NoDate, message);
                faults.push(wrong.about(&text));
                None
            })
        };
        lines.push(Line {
            number,
            code: record.get(code_at).unwrap_or_default().to_owned(),
            valid_from: date("valid_from"),
            valid_to: date("valid_to"),
            name_ja: cell("name_ja"),
            name_en: cell("name_en"),
            kind: cell("kind"),
            parent_code: cell("parent_code"),
        });
    }
    Ok((lines, faults))
}

fn unreadable(error: csv::Error) -> Problem {
    Problem::invalid("body", format!("is not readable as CSV: {error}"))
}

impl Line {
    /// Writes what the line says of the unit itself.
    pub(super) fn write_to(&self, unit: &mut Unit) {
        for (language, name) in [("ja", &self.name_ja), ("en", &self.name_en)] {
            match name.as_deref() {
                None => {}
                Some("") => drop(unit.name.remove(language)),
                Some(name) => drop(unit.name.insert(language.to_owned(), name.to_owned())),
            }
        }
        if let Some(kind) = self.kind.as_ref().filter(|kind| !kind.is_empty()) {
            unit.kind.clone_from(kind);
        }
        if self.valid_to.is_some() {
            unit.valid_to = self.valid_to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_such_file_is_refused_whole() {
        for file in [
            &b"name\nx\n"[..],
            b"code,colour\nx,red\n",
            b"code,kind\n\"x\n",
            b"\xff\xfe\x00\x81",
        ] {
            let outcome = read_lines(file);
            assert!(
                outcome.is_err() || outcome.is_ok_and(|(lines, _)| lines.is_empty()),
                "{file:?}"
            );
        }
        let (_, faults) = read_lines(b"code,valid_from\nx,1/4/2026\n").expect("a file");
        assert_eq!(faults[0].field, "valid_from");
        let (cp932, _, _) = encoding_rs::SHIFT_JIS.encode("code,name_ja\ns1,渋谷店\n");
        let (lines, _) = read_lines(&cp932).expect("Shift_JIS");
        assert_eq!(lines[0].name_ja.as_deref(), Some("渋谷店"));
    }
}
