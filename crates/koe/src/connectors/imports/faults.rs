//! What is wrong with rows: listed for people, counted, and written as a file to download.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::surveys::Text;

/// What became of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The row was left out.
    LeftOut,
    /// The cell was left out, the rest of the row counts.
    CellLeftOut,
    /// The row counts; what was assumed is said.
    Assumed,
}

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowFault {
    /// The row's number in the file.
    pub row: u64,
    /// The column's name; empty for the row as a whole.
    pub column: String,
    /// The cell.
    pub value: String,
    /// A stable code: `ambiguous_date`, `unknown_choice` …
    pub code: String,
    /// What became of the row.
    pub effect: Effect,
    /// What is wrong.
    pub message: Text,
}

impl RowFault {
    /// A fault of a cell.
    pub fn new(
        row: u64,
        column: &str,
        value: &str,
        code: &str,
        effect: Effect,
        message: Text,
    ) -> Self {
        Self {
            row,
            column: column.to_owned(),
            value: value.chars().take(200).collect(),
            code: code.to_owned(),
            effect,
            message,
        }
    }
}

/// The faults as CSV that opens right in Japanese Excel: with a byte order mark, and no cell
/// that a spreadsheet would run as a formula.
///
/// # Errors
/// When the writer fails, which memory does not.
pub fn as_csv(faults: &[RowFault], japanese: bool) -> Result<Vec<u8>, csv::Error> {
    let mut out = b"\xef\xbb\xbf".to_vec();
    {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut out);
        writer.write_record(if japanese {
            ["行", "列", "値", "種類", "扱い", "内容"]
        } else {
            ["row", "column", "value", "code", "effect", "message"]
        })?;
        let (language, other) = if japanese {
            (
                crate::surveys::Language::ja(),
                crate::surveys::Language::en(),
            )
        } else {
            (
                crate::surveys::Language::en(),
                crate::surveys::Language::ja(),
            )
        };
        for fault in faults {
            let effect = match (fault.effect, japanese) {
                (Effect::LeftOut, true) => "行を除外",
                (Effect::LeftOut, false) => "row left out",
                (Effect::CellLeftOut, true) => "値を除外",
                (Effect::CellLeftOut, false) => "value left out",
                (Effect::Assumed, true) => "仮定して取り込み",
                (Effect::Assumed, false) => "assumed",
            };
            writer.write_record([
                &fault.row.to_string(),
                &harmless(&fault.column),
                &harmless(&fault.value),
                &fault.code,
                effect,
                &harmless(fault.message.get(&language, &other)),
            ])?;
        }
        writer.flush()?;
    }
    Ok(out)
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV injection").
pub fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_opens_in_excel_and_runs_nothing() {
        let fault = RowFault::new(
            3,
            "日付",
            "=HYPERLINK(\"x\")",
            "unreadable_date",
            Effect::LeftOut,
            Text::ja_en("日付ではありません。", "Not a date."),
        );
        let csv = as_csv(&[fault], true).expect("written");
        assert!(csv.starts_with(b"\xef\xbb\xbf"));
        let text = String::from_utf8(csv).expect("UTF-8");
        assert!(text.contains("3,日付,\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
        assert!(text.contains("行を除外,日付ではありません。\r\n"));
    }
}
