//! The columns of a file that a command uses: as texts, numbers, dates, groups.

use koe_analysis::calendar::Date;
use unicode_normalization::UnicodeNormalization;

use crate::cli::Unacceptable;
use crate::connectors::imports::dates::{DateForm, date};

/// A column as it is written, cell after cell.
pub struct Column {
    name: String,
    text: String,
    ends: Vec<usize>,
}

impl Column {
    /// A column without cells.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell.trim());
        self.ends.push(self.text.len());
    }

    fn cell(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }
}

/// The columns read.
pub struct Table {
    shown: String,
    columns: Vec<Column>,
    /// For each row its number in the file, as a person counts.
    rows: Vec<u64>,
    na: Vec<String>,
    na_numbers: Vec<f64>,
}

impl Table {
    /// A table of columns with the same number of cells.
    pub fn new(shown: String, columns: Vec<Column>, rows: Vec<u64>, na: Vec<String>) -> Self {
        let na_numbers = na.iter().filter_map(|mark| number(mark)).collect();
        Self {
            shown,
            columns,
            rows,
            na,
            na_numbers,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// What is wrong with a cell or column, with the file's name before it.
    pub fn refuse(&self, why: impl std::fmt::Display) -> anyhow::Error {
        Unacceptable(format!("{}: {why}", self.shown)).into()
    }

    /// What is wrong with one cell: where it stands, what is in it, what to do.
    pub fn refuse_cell(&self, name: &str, row: usize, remedy: &str) -> anyhow::Error {
        let cell = self.column(name).cell(row);
        self.refuse(format!(
            "column “{name}”, row {}: “{cell}” {remedy}",
            self.rows[row]
        ))
    }

    fn column(&self, name: &str) -> &Column {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .expect("only columns that were asked for are read back")
    }

    fn is_missing(&self, cell: &str) -> bool {
        cell.is_empty()
            || cell == "NA"
            || self.na.iter().any(|mark| mark == cell)
            || (!self.na_numbers.is_empty()
                && number(cell).is_some_and(|value| self.na_numbers.contains(&value)))
    }

    /// A column as texts; `None` where a value is missing.
    pub fn texts(&self, name: &str) -> Vec<Option<&str>> {
        let column = self.column(name);
        let cells = (0..self.len()).map(|row| column.cell(row));
        cells
            .map(|cell| (!self.is_missing(cell)).then_some(cell))
            .collect()
    }

    /// A column as numbers; `None` where a value is missing.
    ///
    /// # Errors
    /// [`Unacceptable`] for the first cell that is no number.
    pub fn numbers(&self, name: &str) -> anyhow::Result<Vec<Option<f64>>> {
        let read = |(row, cell): (usize, Option<&str>)| match cell {
            None => Ok(None),
            Some(cell) => number(cell).map(Some).ok_or_else(|| {
                self.refuse_cell(
                    name,
                    row,
                    "is not a number; correct it, name another column, or say with --na that it \
                     means missing",
                )
            }),
        };
        self.texts(name).into_iter().enumerate().map(read).collect()
    }

    /// A column as numbers of which none may be missing.
    ///
    /// # Errors
    /// [`Unacceptable`] for the first cell that is empty or no number.
    pub fn every_number(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        let numbers = self.numbers(name)?.into_iter().enumerate();
        numbers
            .map(|(row, value)| {
                value.ok_or_else(|| {
                    self.refuse_cell(
                        name,
                        row,
                        "is missing; give it a value or leave the row out",
                    )
                })
            })
            .collect()
    }

    /// A column that holds nothing but 0 and 1, and both: an outcome that happened or not. Its
    /// zeros are values even where `--na 0` makes the zeros of ratings missing.
    pub fn zeros_and_ones(&self, name: &str) -> Option<Vec<Option<f64>>> {
        let column = self.column(name);
        let mut seen = [false; 2];
        let values = (0..self.len())
            .map(|row| match (column.cell(row), number(column.cell(row))) {
                (_, Some(value)) if value == 0.0 || value == 1.0 => {
                    seen[usize::from(value == 1.0)] = true;
                    Some(Some(value))
                }
                (cell, _) => self.is_missing(cell).then_some(None),
            })
            .collect::<Option<Vec<_>>>()?;
        (seen == [true, true]).then_some(values)
    }

    /// A column as numbers above 0 of which none may be missing: weights, populations.
    ///
    /// # Errors
    /// [`Unacceptable`] for the first cell that is empty, no number, or not above 0.
    pub fn positive(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        let numbers = self.every_number(name)?;
        match numbers.iter().position(|value| *value <= 0.0) {
            Some(row) => Err(self.refuse_cell(
                name,
                row,
                "is not above 0; give it a value above 0 or leave the row out",
            )),
            None => Ok(numbers),
        }
    }

    /// A column as texts of which none may be missing.
    ///
    /// # Errors
    /// [`Unacceptable`] for the first cell that is empty.
    pub fn every_text(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let texts = self.texts(name).into_iter().enumerate();
        texts
            .map(|(row, text)| {
                text.map(str::to_owned).ok_or_else(|| {
                    self.refuse_cell(
                        name,
                        row,
                        "is missing; give it a value or leave the row out",
                    )
                })
            })
            .collect()
    }

    /// A column as dates; `None` where a value is missing.
    ///
    /// # Errors
    /// [`Unacceptable`] for the first cell that is no date, and when the column can be read in
    /// two ways that differ.
    pub fn dates(&self, name: &str) -> anyhow::Result<Vec<Option<Date>>> {
        let texts = self.texts(name);
        let read_by = |form: DateForm| -> Result<Vec<Option<Date>>, usize> {
            let cells = texts.iter().enumerate();
            cells
                .map(|(row, cell)| match cell {
                    None => Ok(None),
                    Some(cell) => civil(cell, form).map(Some).ok_or(row),
                })
                .collect()
        };
        let mut furthest = 0;
        let mut readings: Vec<(DateForm, Vec<Option<Date>>)> = Vec::new();
        for form in DateForm::ALL {
            match read_by(form) {
                Err(row) => furthest = furthest.max(row),
                Ok(dates) if readings.iter().any(|(_, known)| *known == dates) => {}
                Ok(dates) => readings.push((form, dates)),
            }
        }
        match readings.len() {
            0 => Err(self.refuse_cell(
                name,
                furthest,
                "is not a date like the others; write dates year first, as 2026-04-01",
            )),
            1 => Ok(readings.remove(0).1),
            _ => Err(self.refuse(format!(
                "column “{name}” can be read day first and month first, which differ; write its \
                 dates year first, as 2026-04-01"
            ))),
        }
    }
}

/// A calendar date in a form, with or without a time of day and its zone behind it.
fn civil(cell: &str, form: DateForm) -> Option<Date> {
    let head = |bytes: usize| cell.get(..bytes).and_then(|head| date(head, form));
    let found = date(cell, form).or_else(|| {
        let zoned = form == DateForm::YearFirst && cell.as_bytes().get(10) == Some(&b'T');
        if zoned { head(10) } else { None }
    })?;
    let (year, month, day) = (found.year(), found.month(), found.day());
    Date::new(i32::from(year), i32::from(month), i32::from(day)).ok()
}

/// A number as people write it, full-width digits included; nothing that is not finite.
pub fn number(cell: &str) -> Option<f64> {
    let plain = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    plain(cell).or_else(|| {
        let narrow: String = cell.nfkc().collect();
        (narrow != cell).then(|| plain(narrow.trim())).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str], na: &[&str]) -> Table {
        let mut column = Column::new("c");
        for cell in cells {
            column.push(cell);
        }
        let rows = (2..).take(cells.len()).collect();
        let na = na.iter().map(|mark| (*mark).to_owned()).collect();
        Table::new("f.csv".into(), vec![column], rows, na)
    }

    #[test]
    fn numbers_and_what_is_missing() {
        let cells = ["1", "", "NA", "０", "0.0", "2.5", "-"];
        let found = table(&cells, &["-", "0"]).numbers("c").expect("numbers");
        assert_eq!(found, [Some(1.0), None, None, None, None, Some(2.5), None]);
        let found = table(&cells, &["-"]).numbers("c").expect("numbers");
        assert_eq!(found[3..5], [Some(0.0), Some(0.0)]);
    }

    #[test]
    fn zeros_of_an_outcome_that_happened_or_not_are_values() {
        let outcome = |cells: &[&str]| table(cells, &["0"]).zeros_and_ones("c");
        let found = outcome(&["1", "0", "", "NA"]);
        assert_eq!(found, Some(vec![Some(1.0), Some(0.0), None, None]));
        assert_eq!(outcome(&["1", "0", "5"]), None);
        assert_eq!(outcome(&["0", "0"]), None);
    }

    #[test]
    fn a_cell_of_the_wrong_type_is_named() {
        let said = table(&["1", "much"], &[]).numbers("c").unwrap_err();
        let said = said.to_string();
        for part in ["f.csv", "“c”", "row 3", "“much”", "--na"] {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn dates_are_read_in_one_form_or_not_at_all() {
        let keys = |cells: &[&str]| {
            table(cells, &[]).dates("c").map(|dates| {
                let dates = dates.into_iter().map(|d| d.map(|d| d.to_string()));
                dates.collect::<Vec<_>>()
            })
        };
        let day = |text: &str| Some(text.to_owned());
        assert_eq!(
            keys(&["2026-04-01", "", "2026/4/2 9:30", "2026年4月3日"]).expect("dates"),
            [
                day("2026-04-01"),
                None,
                day("2026-04-02"),
                day("2026-04-03")
            ]
        );
        assert_eq!(
            keys(&["2026-04-01T10:00:00+09:00"]).expect("dates"),
            [day("2026-04-01")]
        );
        assert_eq!(keys(&["13/04/2026"]).expect("dates"), [day("2026-04-13")]);
        assert!(keys(&["03/04/2026"]).is_err());
        assert!(keys(&["2026-04-01", "soon"]).is_err());
    }
}
