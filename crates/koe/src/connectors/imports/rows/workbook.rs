//! Excel workbooks. What the file unpacks to is known from its directory before anything is
//! unpacked; a formula's kept result is read, and never computed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::delimited::within;
use super::{Limits, RawRow, Unreadable, unreadable};

/// The most times a part may be larger than it is packed; honest sheets stay far below.
const MOST_RATIO: u64 = 200;
/// Parts smaller than this may be packed as tightly as they like.
const SMALL: u64 = 10 * 1024 * 1024;

/// One sheet of a workbook.
pub struct Workbook {
    rows: VecDeque<RawRow>,
}

/// The names of a workbook's sheets.
///
/// # Errors
/// When it is no workbook, or unpacks to more than allowed.
pub fn sheets(path: &Path, limits: &Limits) -> Result<Vec<String>, Unreadable> {
    Ok(open(path, limits)?.sheet_names())
}

fn open(path: &Path, limits: &Limits) -> Result<Xlsx<BufReader<File>>, Unreadable> {
    let no_workbook = || {
        unreadable(
            "Excelブック（.xlsx）として読めません。",
            "This is not a readable Excel workbook (.xlsx).",
        )
    };
    let mut archive = zip::ZipArchive::new(File::open(path)?).map_err(|_| no_workbook())?;
    let mut unpacked = 0_u64;
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).map_err(|_| no_workbook())?;
        unpacked = unpacked.saturating_add(part.size());
        let bomb = part.size() > SMALL && part.size() / part.compressed_size().max(1) > MOST_RATIO;
        if bomb || unpacked > limits.unpacked_bytes {
            return Err(unreadable(
                "圧縮を解くと上限を超える大きさになるため、受け付けません。",
                "It unpacks to more than is accepted (limits.unpacked_bytes).",
            ));
        }
    }
    open_workbook(path).map_err(|_| no_workbook())
}

impl Workbook {
    pub fn open(path: &Path, sheet: Option<&str>, limits: Limits) -> Result<Self, Unreadable> {
        let mut workbook = open(path, &limits)?;
        let names = workbook.sheet_names();
        let name = match sheet {
            Some(name) => names.iter().find(|known| *known == name),
            None => names.first(),
        };
        let name = name.ok_or_else(|| {
            unreadable("指定されたシートがありません。", "There is no such sheet.")
        })?;
        let range = workbook.worksheet_range(name).map_err(|error| {
            unreadable(
                format!("シート「{name}」を読めません（{error}）。"),
                format!("The sheet “{name}” cannot be read: {error}."),
            )
        })?;
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        if range.width() + first_column as usize > limits.columns {
            return Err(unreadable(
                format!("列数が上限の{}列を超えています。", limits.columns),
                format!(
                    "There are more than {} columns (limits.import_columns).",
                    limits.columns
                ),
            ));
        }
        let mut rows = VecDeque::with_capacity(range.height());
        for (place, cells) in range.rows().enumerate() {
            let number = u64::from(first_row) + place as u64 + 1;
            let mut row = vec![String::new(); first_column as usize];
            for cell in cells {
                let text = as_text(cell);
                within(text.len(), number, &limits)?;
                row.push(text);
            }
            rows.push_back(RawRow { number, cells: row });
        }
        Ok(Self { rows })
    }

    pub fn next_row(&mut self, row: &mut RawRow) -> bool {
        let next = self.rows.pop_front();
        let more = next.is_some();
        *row = next.unwrap_or_default();
        more
    }
}

/// A cell as a person reads it, numbers with all their digits.
fn as_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => text.clone(),
        Data::Bool(flag) => flag.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(at) if at.is_datetime() => moment(at.as_f64()),
        other => other.to_string(),
    }
}

/// A serial number of days (1900 system, ECMA-376 part 1, 18.17.4.1) as date and time of day.
fn moment(serial: f64) -> String {
    let epoch = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    let seconds = (serial * 86_400.0).round() as i64;
    match epoch.checked_add(jiff::Span::new().seconds(seconds)) {
        Ok(at) if seconds % 86_400 == 0 => at.date().to_string(),
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => serial.to_string(),
    }
}
