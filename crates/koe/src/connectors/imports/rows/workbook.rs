//! Excel workbooks. What the file unpacks to is known from its directory before anything is
//! unpacked; a formula's kept result is read, and never computed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, open_workbook};

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

/// The names of a workbook's sheets, those that are shown before those that are hidden.
///
/// # Errors
/// When it is no workbook, or unpacks to more than allowed.
pub fn sheets(path: &Path, limits: &Limits) -> Result<Vec<String>, Unreadable> {
    Ok(names(&open(path, limits)?))
}

fn names(workbook: &Xlsx<BufReader<File>>) -> Vec<String> {
    let mut sheets: Vec<_> = workbook.sheets_metadata().iter().collect();
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    sheets.into_iter().map(|sheet| sheet.name.clone()).collect()
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
        let names = names(&workbook);
        let name = match sheet {
            Some(name) => names.iter().find(|known| *known == name),
            None => names.first(),
        };
        let name = name.ok_or_else(|| {
            unreadable("指定されたシートがありません。", "There is no such sheet.")
        })?;
        let unread = |error: calamine::XlsxError| {
            unreadable(
                format!("シート「{name}」を読めません（{error}）。"),
                format!("The sheet “{name}” cannot be read: {error}."),
            )
        };
        // Cell by cell: two cells in opposite corners of a sheet are two cells, and not the
        // seventeen thousand million between them.
        let mut cells = workbook.worksheet_cells_reader(name).map_err(unread)?;
        let mut rows: VecDeque<RawRow> = VecDeque::new();
        while let Some(cell) = cells.next_cell().map_err(unread)? {
            let (row, column) = cell.get_position();
            let (number, column) = (u64::from(row) + 1, column as usize);
            let text = as_text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            within(text.len(), number, &limits)?;
            if column >= limits.columns {
                return Err(unreadable(
                    format!("列数が上限の{}列を超えています。", limits.columns),
                    format!(
                        "There are more than {} columns (limits.import_columns).",
                        limits.columns
                    ),
                ));
            }
            if rows.back().is_none_or(|last| last.number != number) {
                rows.push_back(RawRow {
                    number,
                    cells: Vec::new(),
                });
            }
            if let Some(last) = rows.back_mut() {
                if last.cells.len() <= column {
                    last.cells.resize(column + 1, String::new());
                }
                last.cells[column] = text;
            }
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
fn as_text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => {
            moment(at).unwrap_or_else(|| at.as_f64().to_string())
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
    }
}

/// A serial number of days as date and time of day, in the workbook's own system: from 1900 or,
/// as older files of Macs do, from 1904 (ECMA-376 part 1, 18.17.4.1).
fn moment(at: &ExcelDateTime) -> Option<String> {
    let serial = at.as_f64();
    if !serial.is_finite() || serial < 0.0 {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let signed = |part: u8| i8::try_from(part).ok();
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, signed(month)?, signed(day)?);
    let time = jiff::civil::Time::new(
        signed(hour)?,
        signed(minute)?,
        signed(second)?,
        i32::from(milli) * 1_000_000,
    );
    let at = date.ok()?.to_datetime(time.ok()?);
    let at = at.round(jiff::Unit::Second).ok()?;
    Some(if at.time() == jiff::civil::Time::midnight() {
        at.date().to_string()
    } else {
        at.strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}
