//! The unit tree as a CSV file: `code,name_ja,name_en,kind,parent_code,
//! valid_from,valid_to`, in any order, parents before or after children.
//!
//! A line says that from `valid_from` on the unit `code` stands below
//! `parent_code`. A file dated 1 April is so a reorganisation: it adds to
//! history and never rewrites it, and bringing it in twice changes nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::units::{Placement, Unit, UnitHistory};
use crate::base::id;
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
/// Faults that are listed; more would not be read.
const MOST_FAULTS: usize = 200;

/// One line of the file. None: the file has no such column; empty cells of
/// texts are empty texts.
#[derive(Clone, Debug, Default)]
pub struct Line {
    number: u64,
    code: String,
    name_ja: Option<String>,
    name_en: Option<String>,
    kind: Option<String>,
    parent_code: Option<String>,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

/// What a file does to the tree. `added + changed + unchanged` are the units
/// that the file names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitImport {
    /// Units that are new.
    pub added: u64,
    /// Units that were renamed, moved or ended.
    pub changed: u64,
    /// Of those, units that were moved.
    pub moved: u64,
    /// Units that were so already.
    pub unchanged: u64,
    /// What is wrong; nothing is written while there is anything.
    pub errors: Vec<LineFault>,
    /// Whether the tree was written.
    pub written: bool,
}

/// What is wrong with a line, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnitLineFault)]
pub struct LineFault {
    /// Line of the file, the header being 1; null: a unit outside the file.
    pub line: Option<u64>,
    /// Column at fault.
    pub field: String,
    /// What is wrong and what would be accepted.
    pub message: String,
}

fn fault(line: Option<u64>, field: &str, message: impl Into<String>) -> LineFault {
    LineFault {
        line,
        field: field.into(),
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
                faults.push(fault(
                    Some(number),
                    name,
                    "must be a date such as 2026-04-01",
                ));
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
    fn write_to(&self, unit: &mut Unit) {
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

/// Applies lines to the tree. The tree must be thrown away when there are
/// faults.
pub fn apply_lines(
    history: &mut UnitHistory,
    lines: Vec<Line>,
    mut new_id: impl FnMut() -> id::UnitId,
) -> UnitImport {
    let mut report = UnitImport::default();
    let mut by_code: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in lines {
        by_code.entry(line.code.clone()).or_default().push(line);
    }
    for lines in by_code.values_mut() {
        lines.sort_by_key(|line| line.valid_from);
    }
    let mut before: BTreeMap<&str, Option<(Unit, Vec<Placement>)>> = BTreeMap::new();
    for (code, lines) in &by_code {
        for pair in lines.windows(2) {
            if pair[0].valid_from == pair[1].valid_from {
                let message = "the file names this unit twice from the same day";
                report
                    .errors
                    .push(fault(Some(pair[1].number), "code", message));
            }
        }
        let known = history
            .by_code(code)
            .and_then(|unit| history.get(unit))
            .cloned();
        let mut unit = known.clone().unwrap_or_else(|| Unit {
            id: new_id(),
            code: code.clone(),
            name: BTreeMap::new(),
            kind: String::new(),
            valid_from: lines.first().and_then(|line| line.valid_from),
            valid_to: None,
        });
        lines.iter().for_each(|line| line.write_to(&mut unit));
        if let Err(problem) = UnitHistory::check_fields(&unit) {
            let number = lines.first().map(|line| line.number);
            let faults = problem.fields().iter();
            report
                .errors
                .extend(faults.map(|f| fault(number, column(&f.field), &*f.message)));
        }
        before.insert(
            code,
            known.map(|old| {
                let placements = history.placements(&old.id).to_vec();
                (old, placements)
            }),
        );
        match before[code.as_str()] {
            Some(_) => history.replace(unit),
            None => history.add(unit, None),
        }
    }
    for (code, lines) in &by_code {
        let known = before[code.as_str()].is_some();
        for (index, line) in lines.iter().enumerate() {
            if let Err(wrong) = place(history, line, known, index == 0) {
                report.errors.push(wrong);
            }
        }
        let now = history.by_code(code).and_then(|unit| history.get(unit));
        match (&before[code.as_str()], now) {
            (Some((unit, placements)), Some(now)) => {
                let moved = placements.as_slice() != history.placements(&unit.id);
                report.moved += u64::from(moved);
                let changed = moved || unit != now;
                report.changed += u64::from(changed);
                report.unchanged += u64::from(!changed);
            }
            _ => report.added += 1,
        }
    }
    for (unit, found) in history.check() {
        let code = history
            .get(&unit)
            .map(|unit| unit.code.as_str())
            .unwrap_or_default();
        let line = by_code
            .get(code)
            .and_then(|lines| lines.last())
            .map(|line| line.number);
        report
            .errors
            .push(fault(line, column(&found.field), found.message));
    }
    report.errors.sort_by_key(|fault| fault.line);
    report.errors.truncate(MOST_FAULTS);
    report
}

/// The column behind a field of the API.
fn column(field: &str) -> &str {
    match field {
        "name" => "name_ja",
        "parent_id" => "parent_code",
        other => other,
    }
}

/// Puts the unit of a line where the line says.
fn place(
    history: &mut UnitHistory,
    line: &Line,
    known: bool,
    first: bool,
) -> Result<(), LineFault> {
    let Some(parent_code) = &line.parent_code else {
        return Ok(());
    };
    let wrong = |field, message: String| Err(fault(Some(line.number), field, message));
    let parent = match parent_code.as_str() {
        "" => None,
        code => match history.by_code(code) {
            Some(parent) => Some(parent.clone()),
            None => {
                return wrong(
                    "parent_code",
                    format!("there is no unit {code}, in Koe or in this file"),
                );
            }
        },
    };
    let Some(unit) = history
        .by_code(&line.code)
        .and_then(|unit| history.get(unit))
        .cloned()
    else {
        return Ok(());
    };
    if !known && first {
        history.place(&unit.id, parent, Placement::BEGINNING);
        return Ok(());
    }
    let Some(day) = line.valid_from else {
        let stands = history
            .placements(&unit.id)
            .first()
            .and_then(|p| p.parent.clone());
        if stands == parent {
            return Ok(());
        }
        let message = format!(
            "{} stands elsewhere; say in valid_from from which day it moves",
            line.code
        );
        return wrong("parent_code", message);
    };
    if let Some(begins) = unit.valid_from.filter(|begins| day < *begins) {
        return wrong(
            "valid_from",
            format!("{} is only from {begins} on", line.code),
        );
    }
    if history.parent(&unit.id, day) != parent.as_ref() {
        history.place(&unit.id, parent, day);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Chance;

    fn apply(history: &mut UnitHistory, file: &str) -> UnitImport {
        let (lines, faults) = read_lines(file.as_bytes()).expect("a file");
        assert_eq!(faults, []);
        let chance = Chance::seeded(3 + history.units().count() as u64);
        apply_lines(history, lines, || chance.id(0))
    }

    const TREE: &str = "code,name_ja,kind,parent_code,valid_from\n\
        s1,一号店,store,east,\neast,東,region,co,\nwest,西,region,co,\nco,会社,company,,\n";

    fn parent_on(history: &UnitHistory, day: &str) -> Option<String> {
        let unit = history.by_code("s1").expect("known");
        let parent = history.parent(unit, day.parse().expect("a date"))?;
        history.get(parent).map(|unit| unit.code.clone())
    }

    #[test]
    fn children_may_come_before_parents_and_twice_changes_nothing() {
        let mut history = UnitHistory::default();
        let first = apply(&mut history, TREE);
        assert_eq!((first.added, first.errors.len()), (4, 0), "{first:?}");
        let again = apply(&mut history, TREE);
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 4));
    }

    #[test]
    fn a_reorganisation_on_1_april_keeps_history_and_the_old_file_does_not_undo_it() {
        let mut history = UnitHistory::default();
        apply(&mut history, TREE);
        let file = "code,parent_code,valid_from\ns1,west,2026/4/1\n";
        let report = apply(&mut history, file);
        assert_eq!((report.moved, report.errors.len()), (1, 0), "{report:?}");
        assert_eq!(parent_on(&history, "2026-03-31").as_deref(), Some("east"));
        assert_eq!(parent_on(&history, "2026-04-01").as_deref(), Some("west"));
        assert_eq!(apply(&mut history, file).unchanged, 1);
        assert_eq!(apply(&mut history, TREE).unchanged, 4);
        assert_eq!(parent_on(&history, "2026-04-01").as_deref(), Some("west"));
    }

    #[test]
    fn every_fault_names_line_and_column() {
        for (file, line, field) in [
            ("code,parent_code\ns1,nowhere\n", Some(2), "parent_code"),
            ("code,parent_code\ns1,west\n", Some(2), "parent_code"),
            (
                "code,parent_code,valid_from\nco,s1,2026-04-01\n",
                Some(2),
                "parent_code",
            ),
            ("code,name_ja,kind\nx y,名,store\n", Some(2), "code"),
            ("code,name_ja,kind\nnew,,store\n", Some(2), "name_ja"),
            ("code,name_ja,kind\nnew,名,\n", Some(2), "kind"),
            ("code,kind\ns1,store\ns1,shop\n", Some(3), "code"),
            ("code,valid_to\neast,2026-04-01\n", None, "valid_to"),
        ] {
            let mut history = UnitHistory::default();
            apply(&mut history, TREE);
            let report = apply(&mut history, file);
            let found = report.errors.first().expect(file);
            assert_eq!(
                (found.line, found.field.as_str()),
                (line, field),
                "{file}: {report:?}"
            );
        }
    }

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
