//! What a file looks like before anybody says what it means: kind, encoding, separator,
//! header, columns.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dates::{self, DateForm};
use super::encoding::{Decoding, Detected, ENCODINGS, FileEncoding, detect};
use super::rows::{
    FileKind, Layout, Limits, RawRow, Rows, Unreadable, declared, sheets, unreadable,
};

/// Rows looked at first; those after them only for columns that say nothing in these.
const SAMPLE: usize = 2_000;
/// Filled cells that say what a column is which is empty in those rows.
const ENOUGH: usize = 50;
/// Distinct values listed for a column.
const VALUES: usize = 50;

/// What a file looks like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Sniffed {
    /// How it is best read.
    pub layout: Layout,
    /// What its bytes say about the encoding; absent for workbooks.
    pub encoding: Option<Detected>,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Rows looked at.
    pub sampled: usize,
    /// Whether the header is that of a Qualtrics export.
    pub qualtrics: bool,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Column {
    /// Its name in the header, `#3` when there is none.
    pub name: String,
    /// Which of several columns with that name, from 0.
    pub nth: usize,
    /// The second header row: the question in words.
    pub label: String,
    /// The id in the third header row of a Qualtrics export.
    pub import_id: String,
    /// What its cells are.
    pub looks: Looks,
    /// Cells with something in them, among those looked at.
    pub filled: usize,
    /// Different values, at most as many as are listed.
    pub values: Vec<String>,
    /// Whether there are more.
    pub more_values: bool,
    /// Date forms that read every cell.
    pub date_forms: Vec<DateForm>,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    /// Nothing in it.
    Empty,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Dates or times.
    Date,
    /// E-mail addresses.
    Email,
    /// Different in every row.
    Identifier,
    /// A few different values.
    Code,
    /// Words.
    Text,
}

/// Looks at a file.
///
/// # Errors
/// When it is none of the kinds that are read, or beyond a limit.
pub fn sniff(path: &Path, name: &str, limits: Limits) -> Result<Sniffed, Unreadable> {
    sniff_in(path, name, None, limits)
}

/// Looks at a file whose encoding somebody may know, if it is text.
///
/// # Errors
/// As [`sniff`], and when it cannot be read in that encoding.
pub fn sniff_in(
    path: &Path,
    name: &str,
    encoding: Option<FileEncoding>,
    limits: Limits,
) -> Result<Sniffed, Unreadable> {
    let mut start = [0; 4];
    let read = File::open(path)?.read(&mut start)?;
    if read == 0 {
        return Err(unreadable("ファイルが空です。", "The file is empty."));
    }
    if start.starts_with(b"PK\x03\x04") {
        let sheets = sheets(path, &limits)?;
        let layout = Layout {
            kind: FileKind::Workbook,
            encoding: FileEncoding::Utf8,
            delimiter: ',',
            header_rows: 0,
            sheet: None,
        };
        return look(path, layout, None, sheets, limits);
    }
    if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(unreadable(
            "古い形式のExcel（.xls）です。.xlsxで保存し直してください。",
            "This is an old Excel file (.xls). Please save it as .xlsx.",
        ));
    }
    let detected = match encoding {
        Some(encoding) => Some(Detected::certainly(encoding)),
        None => detect(BufReader::new(File::open(path)?))?,
    };
    let detected = detected.ok_or_else(|| {
        unreadable(
            format!(
                "文字のファイルではないか、読めない文字コードです。CSV、TSV、JSON Linesを次のいずれかの\
                 文字コードで保存し直すか（{ENCODINGS}）、Excel（.xlsx）を使ってください。"
            ),
            format!(
                "This is no text, or in an encoding that is not read. Please save it as CSV, TSV or \
                 JSON lines in one of these encodings: {ENCODINGS}; or as Excel (.xlsx)."
            ),
        )
    })?;
    let mut head = Vec::new();
    Decoding::new(File::open(path)?, detected.encoding)
        .take(256 * 1024)
        .read_to_end(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let name = name.to_ascii_lowercase();
    let called = ["jsonl", "ndjson", "json"]
        .iter()
        .any(|end| name.ends_with(end));
    if called && head.trim_start().starts_with('[') {
        return Err(unreadable(
            "JSONの配列です。1行に1つのオブジェクトを書いたJSON Linesにしてください。",
            "This is an array of JSON. Please write JSON lines: one object a line.",
        ));
    }
    let json = called && head.trim_start().starts_with('{');
    let layout = Layout {
        kind: if json {
            FileKind::JsonLines
        } else {
            FileKind::Delimited
        },
        encoding: detected.encoding,
        delimiter: match declared(&head) {
            _ if json => ',',
            Some((separator, _)) => separator,
            None => delimiter(&head),
        },
        header_rows: 0,
        sheet: None,
    };
    look(path, layout, Some(detected), Vec::new(), limits)
}

/// Looks at a file again, in the way a person says; what its bytes and sheets are stays known.
///
/// # Errors
/// When it cannot be read like this, or is beyond a limit.
pub fn sniff_as(
    path: &Path,
    before: &Sniffed,
    layout: Layout,
    limits: Limits,
) -> Result<Sniffed, Unreadable> {
    let mut rows = Rows::open(path, &layout, limits)?;
    let header = std::mem::take(&mut rows.header);
    let mut sample = sample(&mut rows)?;
    look_on(&mut rows, &header, &mut sample)?;
    Ok(Sniffed {
        qualtrics: layout.header_rows >= 2,
        sampled: sample.len(),
        columns: columns(&header, &sample),
        encoding: before.encoding.clone(),
        sheets: before.sheets.clone(),
        layout,
    })
}

/// The first rows.
fn sample(rows: &mut Rows) -> Result<Vec<RawRow>, Unreadable> {
    let mut sample = Vec::new();
    let mut row = RawRow::default();
    while sample.len() < SAMPLE && rows.next_row(&mut row)? {
        sample.push(std::mem::take(&mut row));
    }
    Ok(sample)
}

/// Reads on while a column has said nothing, or little, and keeps the rows in which it does: what
/// is only filled in far below is proposed as what it is, and not passed over as empty.
fn look_on(
    rows: &mut Rows,
    header: &[Vec<String>],
    sample: &mut Vec<RawRow>,
) -> Result<(), Unreadable> {
    let cells = sample.iter().map(|row| row.cells.len());
    let width = cells.chain(header.iter().map(Vec::len)).max().unwrap_or(0);
    let mut late: Vec<(usize, usize)> = (0..width)
        .filter(|place| sample.iter().all(|row| row.cell(*place).is_empty()))
        .map(|place| (place, 0))
        .collect();
    let mut row = RawRow::default();
    while late.iter().any(|(_, filled)| *filled < ENOUGH) && rows.next_row(&mut row)? {
        let room = sample.len() < 2 * SAMPLE;
        let mut wanted = false;
        for (place, filled) in &mut late {
            if *filled < ENOUGH && !row.cell(*place).is_empty() {
                wanted |= room || *filled == 0;
                *filled += 1;
            }
        }
        if wanted {
            sample.push(std::mem::take(&mut row));
        }
    }
    Ok(())
}

/// The separator with which most lines have the same number of cells, more than one.
fn delimiter(head: &str) -> char {
    let mut best = (',', 0);
    for candidate in [',', '\t', ';', '|'] {
        let widths: Vec<usize> = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(candidate as u8)
            .from_reader(head.as_bytes())
            .records()
            .take(50)
            .filter_map(Result::ok)
            .map(|record| record.len())
            .collect();
        let width = widths.first().copied().unwrap_or(0);
        let same = widths.iter().filter(|w| **w == width).count();
        let score = if width > 1 {
            same * 1_000 + width.min(999)
        } else {
            0
        };
        if score > best.1 {
            best = (candidate, score);
        }
    }
    if best.1 == 0 {
        let widths: BTreeSet<usize> = head
            .lines()
            .take(50)
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.split_whitespace().count())
            .collect();
        // Columns of blanks: the same number of words in every line, numbers among them.
        let numbers = head.lines().next().is_some_and(|line| {
            line.split_whitespace()
                .all(|word| word.parse::<f64>().is_ok())
        });
        if widths.len() == 1 && widths.iter().all(|width| *width > 1) && numbers {
            return ' ';
        }
    }
    best.0
}

fn look(
    path: &Path,
    mut layout: Layout,
    encoding: Option<Detected>,
    sheets: Vec<String>,
    limits: Limits,
) -> Result<Sniffed, Unreadable> {
    let mut rows = Rows::open(path, &layout, limits)?;
    let mut sample = sample(&mut rows)?;
    if layout.kind != FileKind::JsonLines {
        layout.header_rows = header_rows(&sample);
    }
    let header: Vec<Vec<String>> = if layout.kind == FileKind::JsonLines {
        std::mem::take(&mut rows.header)
    } else {
        let count = usize::from(layout.header_rows).min(sample.len());
        sample.drain(..count).map(|row| row.cells).collect()
    };
    look_on(&mut rows, &header, &mut sample)?;
    let columns = columns(&header, &sample);
    Ok(Sniffed {
        qualtrics: layout.header_rows >= 2,
        layout,
        encoding,
        sheets,
        sampled: sample.len(),
        columns,
    })
}

/// How many rows stand above the data.
fn header_rows(sample: &[RawRow]) -> u8 {
    let Some(first) = sample.first() else {
        return 0;
    };
    let third = sample.get(2).map_or("", |row| row.cell(0));
    if third.starts_with('{') && third.contains("ImportId") {
        return 3;
    }
    // The older export: V1 … V10 above "ResponseID", "ResponseSet" …
    let second = sample.get(1).map_or("", |row| row.cell(0));
    if first.cell(0) == "V1" && second.eq_ignore_ascii_case("ResponseID") {
        return 2;
    }
    // The newer one without its third row: "ResponseId" above "Response ID".
    let above = |name: &str, label: &str| {
        let place = first.cells.iter().position(|cell| cell.trim() == name);
        place.is_some_and(|place| sample.get(1).is_some_and(|row| row.cell(place) == label))
    };
    if above("ResponseId", "Response ID") {
        return 2;
    }
    let named = first.cells.iter().filter(|cell| !cell.trim().is_empty());
    let is_value = |cell: &str| {
        cell.trim().parse::<f64>().is_ok()
            || DateForm::ALL
                .iter()
                .any(|form| dates::date(cell, *form).is_some())
    };
    u8::from(!named.clone().any(|cell| is_value(cell)) && named.count() > 0)
}

/// The columns of a file: names, second and third header rows, and what their cells are.
fn columns(header: &[Vec<String>], sample: &[RawRow]) -> Vec<Column> {
    let width = sample
        .iter()
        .map(|row| row.cells.len())
        .chain(header.iter().map(Vec::len))
        .max()
        .unwrap_or(0);
    let mut columns: Vec<Column> = Vec::with_capacity(width);
    for place in 0..width {
        let above = |row: usize| {
            header
                .get(row)
                .and_then(|cells| cells.get(place))
                .map_or("", |cell| cell.trim())
                .to_owned()
        };
        let cells: Vec<&str> = sample
            .iter()
            .map(|row| row.cell(place))
            .filter(|cell| !cell.is_empty())
            .collect();
        let name = match above(0) {
            name if name.is_empty() => format!("#{}", place + 1),
            name => name,
        };
        // A separator at the end of every line makes a column of nothing.
        if cells.is_empty() && name.starts_with('#') && place + 1 == width {
            continue;
        }
        let nth = columns.iter().filter(|column| column.name == name).count();
        columns.push(column(name, nth, above(1), &above(2), &cells));
    }
    columns
}

fn column(name: String, nth: usize, label: String, third: &str, cells: &[&str]) -> Column {
    let distinct: BTreeSet<&str> = cells.iter().copied().collect();
    let date_forms: Vec<DateForm> = DateForm::ALL
        .into_iter()
        .filter(|form| {
            !cells.is_empty() && cells.iter().all(|cell| dates::date(cell, *form).is_some())
        })
        .collect();
    let either = cells.iter().all(|cell| {
        DateForm::ALL
            .iter()
            .any(|form| dates::date(cell, *form).is_some())
    });
    let all = |test: &dyn Fn(&str) -> bool| cells.iter().all(|cell| test(cell));
    let average = cells.iter().map(|cell| cell.chars().count()).sum::<usize>() / cells.len().max(1);
    let looks = if cells.is_empty() {
        Looks::Empty
    } else if (either && cells.len() > 1 && !all(&|cell| cell.len() < 8))
        || (date_forms.contains(&DateForm::Compact) && cells.len() > 1)
    {
        Looks::Date
    } else if all(&|cell| cell.parse::<i64>().is_ok()) {
        Looks::Integer
    } else if all(&|cell| cell.parse::<f64>().is_ok_and(f64::is_finite)) {
        Looks::Number
    } else if all(&|cell| cell.contains('@') && !cell.contains(' ')) {
        Looks::Email
    } else if distinct.len() == cells.len()
        && cells.len() > 10
        && average <= 40
        && all(&|cell| cell.is_ascii() && cell.contains(|c: char| c.is_ascii_digit()))
    {
        Looks::Identifier
    } else if distinct.len() <= VALUES && distinct.len() * 3 <= cells.len().max(3) && average <= 60
    {
        Looks::Code
    } else {
        Looks::Text
    };
    Column {
        name,
        nth,
        label,
        import_id: import_id(third),
        looks,
        filled: cells.len(),
        more_values: distinct.len() > VALUES,
        values: distinct
            .into_iter()
            .take(VALUES)
            .map(|value| value.chars().take(120).collect())
            .collect(),
        date_forms,
    }
}

/// The id in `{"ImportId":"QID1"}`, also with the single quotes of older exports.
fn import_id(cell: &str) -> String {
    let Some(at) = cell.find("ImportId") else {
        return String::new();
    };
    cell[at + 8..]
        .split(['"', '\''])
        .nth(2)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_ids_are_read_in_both_spellings() {
        assert_eq!(import_id("{'ImportId': 'QID4-TEXT'}"), "QID4-TEXT");
        assert_eq!(
            import_id("{\"ImportId\":\"QID1\",\"timeZone\":\"UTC\"}"),
            "QID1"
        );
        assert_eq!(import_id("x"), "");
    }

    #[test]
    fn separators_are_found() {
        assert_eq!(delimiter("a;b\n1,5;2\n2,5;3\n"), ';');
        assert_eq!(delimiter("a\tb\n1\t2\n"), '\t');
        assert_eq!(
            delimiter(" 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n"),
            ' '
        );
        assert_eq!(delimiter("text\nwords, and words\n"), ',');
    }
}
