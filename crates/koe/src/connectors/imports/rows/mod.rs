//! Files as rows of text cells, streaming: CSV, TSV and other separators, blank-separated
//! text, XLSX, JSON lines. Every size has a limit; a cell is text, never a formula.

mod delimited;
mod json_lines;
mod workbook;

use std::path::Path;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::encoding::{ENCODINGS, FileEncoding};
use crate::surveys::Text;

pub use delimited::declared;
pub use workbook::sheets;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Text with a separator between cells.
    Delimited,
    /// An Excel workbook.
    Workbook,
    /// One JSON object a line.
    JsonLines,
}

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// What kind of file it is.
    pub kind: FileKind,
    /// The encoding of a text file.
    pub encoding: FileEncoding,
    /// The separator of a delimited file; a blank means runs of blanks.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Rows above the data: 0, 1, or the 2 or 3 of Qualtrics.
    pub header_rows: u8,
    /// The sheet of a workbook; absent: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

fn comma() -> char {
    ','
}

/// How much of a file is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Columns.
    pub columns: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Bytes a compressed file may unpack to.
    pub unpacked_bytes: u64,
}

/// One row of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawRow {
    /// Its number in the file, as a person counts: line of a text file, row of a sheet.
    pub number: u64,
    /// Its cells; short rows have fewer.
    pub cells: Vec<String>,
}

impl RawRow {
    /// A cell without blanks around it; empty when the row is too short.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| {
            cell.trim_matches([' ', '\t', '\u{3000}', '\u{a0}'])
        })
    }
}

/// Why a file cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.get(&crate::surveys::Language::en(), &crate::surveys::Language::en()))]
pub struct Unreadable(pub Text);

pub(super) fn unreadable(ja: impl Into<String>, en: impl Into<String>) -> Unreadable {
    Unreadable(Text::ja_en(ja, en))
}

impl From<std::io::Error> for Unreadable {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::InvalidData {
            unreadable(
                format!(
                    "文字コードが合わないバイト列があります。文字コードの指定を確かめてください（{ENCODINGS}）。"
                ),
                format!(
                    "Some bytes do not fit the encoding. Please check which encoding the file has: {ENCODINGS}."
                ),
            )
        } else {
            unreadable(
                format!("ファイルを読めません（{error}）。"),
                format!("The file cannot be read: {error}."),
            )
        }
    }
}

/// A file opened for reading: its columns, then its rows.
pub struct Rows {
    /// The header rows, as many as the layout says, names first; for JSON lines the keys.
    pub header: Vec<Vec<String>>,
    inner: Inner,
    limits: Limits,
}

enum Inner {
    Delimited(Box<delimited::Delimited>),
    Workbook(Box<workbook::Workbook>),
    JsonLines(Box<json_lines::JsonLines>),
}

impl Rows {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is not as the layout says, or beyond a limit.
    pub fn open(path: &Path, layout: &Layout, limits: Limits) -> Result<Self, Unreadable> {
        let inner = match layout.kind {
            FileKind::Delimited => {
                Inner::Delimited(Box::new(delimited::Delimited::open(path, layout, limits)?))
            }
            FileKind::Workbook => Inner::Workbook(Box::new(workbook::Workbook::open(
                path,
                layout.sheet.as_deref(),
                limits,
            )?)),
            FileKind::JsonLines => {
                Inner::JsonLines(Box::new(json_lines::JsonLines::open(path, layout, limits)?))
            }
        };
        let mut rows = Self {
            header: Vec::new(),
            inner,
            limits,
        };
        if let Inner::JsonLines(lines) = &rows.inner {
            rows.header = vec![lines.keys().to_vec()];
        } else {
            let mut row = RawRow::default();
            while rows.header.len() < usize::from(layout.header_rows) && rows.next_row(&mut row)? {
                rows.header.push(std::mem::take(&mut row.cells));
            }
        }
        Ok(rows)
    }

    /// Reads the next row into `row`, whose cells are written over, and says whether there was
    /// one; rows without any content are passed over.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        loop {
            let more = match &mut self.inner {
                Inner::Delimited(rows) => rows.next_row(row)?,
                Inner::Workbook(rows) => rows.next_row(row),
                Inner::JsonLines(rows) => rows.next_row(row)?,
            };
            if !more {
                return Ok(false);
            }
            for cell in &mut row.cells {
                // Left over by tools that write fixed widths; no store keeps this character.
                if cell.contains('\0') {
                    cell.retain(|c| c != '\0');
                }
            }
            if row.cells.len() > self.limits.columns {
                return Err(unreadable(
                    format!(
                        "{}行目の列数が上限の{}列を超えています。",
                        row.number, self.limits.columns
                    ),
                    format!(
                        "Row {} has more than {} columns (limits.import_columns).",
                        row.number, self.limits.columns
                    ),
                ));
            }
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(true);
            }
        }
    }
}
