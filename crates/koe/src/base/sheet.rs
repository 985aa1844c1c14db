//! Cells for spreadsheets. A text that a spreadsheet would run as a formula must never run: it
//! may have been written by a stranger on a public answer page.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};

/// One cell of a table that leaves the house.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words; never a formula.
    Text(String),
    /// A number.
    Number(f64),
    /// A calendar date.
    Date(Date),
    /// A moment on the organisation's clock.
    Moment(DateTime),
}

impl Cell {
    /// Words, or nothing.
    pub fn text(words: Option<impl Into<String>>) -> Self {
        words.map_or(Self::Empty, |words| Self::Text(words.into()))
    }

    /// The cell as a CSV file holds it.
    fn csv(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => neutral(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Moment(moment) => Cow::Owned(moment.strftime("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }
}

/// Begins a CSV file: without it, Excel reads UTF-8 as the old encoding of the machine.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Lines of a CSV file as RFC 4180 has them: CRLF, quotes where needed.
///
/// # Errors
/// Never in practice: the lines are written to memory.
pub fn csv_lines<'a>(rows: impl IntoIterator<Item = &'a Vec<Cell>>) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| cell.csv().into_owned()))?;
    }
    Ok(writer.into_inner()?)
}

/// A text that a spreadsheet takes as words: what could begin a formula, in ASCII or full width,
/// gets an apostrophe before it (OWASP, *CSV Injection*).
pub fn neutral(text: &str) -> Cow<'_, str> {
    let runs = |first: char| {
        matches!(
            first,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    match text.chars().next().is_some_and(runs) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_words() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+81 3 1234", "'+81 3 1234"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("駅から近い", "駅から近い"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(neutral(text), expected);
        }
    }

    #[test]
    fn lines_are_those_of_rfc_4180() {
        let day = jiff::civil::date(2026, 4, 1);
        let row = vec![
            Cell::Text("言い\"切る\"、\n二行".into()),
            Cell::Number(-2.0),
            Cell::Empty,
            Cell::Date(day),
            Cell::Moment(day.at(9, 5, 0, 0)),
        ];
        let lines = String::from_utf8(csv_lines([&row, &row]).unwrap()).unwrap();
        let line = "\"言い\"\"切る\"\"、\n二行\",-2,,2026-04-01,2026-04-01 09:05:00\r\n";
        assert_eq!(lines, line.repeat(2));
    }
}
