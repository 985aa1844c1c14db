//! An XLSX file from lines, row by row: no more than a row of the sheet is in memory.

use std::fs::File;
use std::io::{BufWriter, Seek};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::Lines;
use crate::base::problem::{Outcome, Problem};
use crate::base::sheet::Cell;

/// The most characters that Excel takes into a cell.
const MOST_CHARACTERS: usize = 32_767;

/// Writes lines into a temporary file that goes away with its handle. Blocks.
///
/// # Errors
/// Those of the lines; 503 when the disk is full.
pub fn workbook(mut lines: Lines, sheet_name: &str) -> Outcome<File> {
    let mut workbook = Workbook::new();
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(failed)?;
    sheet.set_name(sheet_name).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    let head = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let mut row = 0;
    while let Some(batch) = lines.blocking_recv() {
        for line in batch? {
            for (column, cell) in (0_u16..).zip(&line) {
                match row {
                    0 => write(sheet, row, column, cell, &head, &head),
                    _ => write(sheet, row, column, cell, &date, &moment),
                }
                .map_err(failed)?;
            }
            row += 1;
        }
    }
    let file = tempfile::tempfile().map_err(|error| unkept(error.into()))?;
    let mut writer = BufWriter::new(file);
    workbook.save_to_writer(&mut writer).map_err(failed)?;
    let mut file = writer
        .into_inner()
        .map_err(|error| unkept(error.into_error().into()))?;
    file.rewind().map_err(|error| unkept(error.into()))?;
    Ok(file)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    date: &Format,
    moment: &Format,
) -> Result<(), XlsxError> {
    let day = |date: jiff::civil::Date| {
        let year = u16::try_from(date.year()).unwrap_or_default();
        ExcelDateTime::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    match cell {
        Cell::Empty => {}
        // Always as a string: what looks like a formula stays words.
        Cell::Text(text) if text.chars().count() > MOST_CHARACTERS => {
            let cut: String = text
                .chars()
                .take(MOST_CHARACTERS - 1)
                .chain(['…'])
                .collect();
            sheet.write_string(row, column, cut)?;
        }
        Cell::Text(text) if row == 0 => {
            sheet.write_string_with_format(row, column, text, date)?;
        }
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        // Before 1900 Excel knows no dates.
        Cell::Date(day_of) if day_of.year() < 1900 => {
            sheet.write_string(row, column, day_of.to_string())?;
        }
        Cell::Date(day_of) => {
            sheet.write_datetime_with_format(row, column, day(*day_of)?, date)?;
        }
        Cell::Moment(at) => {
            let second = f64::from(at.second());
            let time = day(at.date())?.and_hms(
                at.hour().unsigned_abs().into(),
                at.minute().unsigned_abs(),
                second,
            )?;
            sheet.write_datetime_with_format(row, column, time, moment)?;
        }
    }
    Ok(())
}

fn failed(error: XlsxError) -> Problem {
    match error {
        XlsxError::IoError(error) => unkept(error.into()),
        other => Problem::internal(other),
    }
}

fn unkept(error: anyhow::Error) -> Problem {
    Problem::unavailable("The file could not be written; is the disk full?", error)
}
