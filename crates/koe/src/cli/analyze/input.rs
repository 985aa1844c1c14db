//! A file of any kind as named columns of text. Only the columns that are asked for are kept.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::table::{Column, Table};
use crate::base::config::Config;
use crate::cli::Unacceptable;
use crate::connectors::imports::rows::{RawRow, Rows};
use crate::connectors::imports::{Limits, sniff};

/// Where the rows come from and what in them is no value.
#[derive(Debug, Args)]
pub struct Source {
    /// CSV, TSV, XLSX, JSON lines or Parquet; `-` reads from standard input.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// A further mark of a missing value, beside nothing and NA; can be given several times.
    /// `--na 0` takes every zero of the columns used for missing, however it is written.
    #[arg(long = "na", value_name = "VALUE")]
    pub na: Vec<String>,
}

/// An open file whose columns are known.
pub struct Input {
    shown: String,
    names: Vec<String>,
    content: Content,
    na: Vec<String>,
}

enum Content {
    Rows(Box<Rows>),
    Parquet(Box<koe_lake::ForeignTable>),
}

fn refused(shown: &str, why: impl std::fmt::Display) -> anyhow::Error {
    Unacceptable(format!("{shown}: {why}")).into()
}

impl Source {
    /// Opens the file and reads its header.
    ///
    /// # Errors
    /// [`Unacceptable`] when there is no such file, or it is none of the kinds that are read.
    pub fn open(&self) -> anyhow::Result<Input> {
        let shown = self.input.display().to_string();
        if self.input.as_os_str() == "-" {
            let spooled = spooled().map_err(|error| refused("standard input", error))?;
            return Input::open(spooled.path(), "standard input", &self.na);
        }
        Input::open(&self.input, &shown, &self.na)
    }
}

/// Standard input as a file: its kind is told from its beginning, and workbooks and Parquet are
/// read from their end.
fn spooled() -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
    file.flush()?;
    Ok(file)
}

impl Input {
    fn open(path: &Path, shown: &str, na: &[String]) -> anyhow::Result<Self> {
        let mut start = [0; 4];
        let mut file = std::fs::File::open(path).map_err(|error| refused(shown, error))?;
        let read = file
            .read(&mut start)
            .map_err(|error| refused(shown, error))?;
        let (names, content) = if &start[..read] == b"PAR1" {
            let table =
                koe_lake::ForeignTable::open(path).map_err(|error| refused(shown, error))?;
            (table.names(), Content::Parquet(Box::new(table)))
        } else {
            let limits = Config::default().limits;
            let limits = Limits {
                columns: limits.import_columns,
                cell_bytes: limits.import_cell_bytes,
                unpacked_bytes: limits.unpacked_bytes,
            };
            let sniffed = sniff(path, shown, limits).map_err(|error| refused(shown, error))?;
            if let Some(encoding) = sniffed.encoding.as_ref().filter(|e| !e.certain) {
                eprintln!(
                    "{shown}: the encoding is not certain; it is read as {:?}.",
                    encoding.encoding
                );
            }
            let rows =
                Rows::open(path, &sniffed.layout, limits).map_err(|error| refused(shown, error))?;
            let names = sniffed.columns.into_iter().map(|column| column.name);
            (names.collect(), Content::Rows(Box::new(rows)))
        };
        Ok(Self {
            shown: shown.to_owned(),
            names,
            content,
            na: na.to_vec(),
        })
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    fn place(&self, name: &str) -> anyhow::Result<usize> {
        let mut places = (0..self.names.len()).filter(|&place| self.names[place] == name);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(refused(
                &self.shown,
                format!("the column “{name}” stands twice; rename one of them"),
            )),
            _ => Err(refused(&self.shown, self.unknown(name))),
        }
    }

    fn unknown(&self, name: &str) -> String {
        let nearest = self
            .names
            .iter()
            .map(|own| {
                let alike = strsim::jaro_winkler(&own.to_lowercase(), &name.to_lowercase());
                (alike, own)
            })
            .filter(|(alike, _)| *alike > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let meant = nearest.map_or(String::new(), |(_, own)| format!("did you mean “{own}”? "));
        format!(
            "there is no column “{name}”; {meant}The columns are: {}.",
            self.names.join(", ")
        )
    }

    /// Reads the rows, keeping the columns named.
    ///
    /// # Errors
    /// [`Unacceptable`] for a column that is not there (the nearest name is suggested) or stands
    /// twice, for a file without rows, and for one that cannot be read to its end.
    pub fn read(self, wanted: &[&str]) -> anyhow::Result<Table> {
        let mut places: Vec<usize> = wanted
            .iter()
            .map(|name| self.place(name))
            .collect::<anyhow::Result<_>>()?;
        places.sort_unstable();
        places.dedup();
        let mut columns: Vec<Column> = places
            .iter()
            .map(|&place| Column::new(&self.names[place]))
            .collect();
        let mut numbers = Vec::new();
        match self.content {
            Content::Rows(mut rows) => {
                let mut row = RawRow::default();
                while rows
                    .next_row(&mut row)
                    .map_err(|error| refused(&self.shown, error))?
                {
                    numbers.push(row.number);
                    for (column, &place) in columns.iter_mut().zip(&places) {
                        column.push(row.cell(place));
                    }
                }
            }
            Content::Parquet(table) => table
                .rows(&places, |cells| {
                    numbers.push(numbers.len() as u64 + 1);
                    for (column, cell) in columns.iter_mut().zip(cells) {
                        column.push(cell.unwrap_or_default());
                    }
                })
                .map_err(|error| refused(&self.shown, error))?,
        }
        if numbers.is_empty() {
            return Err(refused(
                &self.shown,
                "there is a header but no row; give a file with rows",
            ));
        }
        Ok(Table::new(self.shown, columns, numbers, self.na))
    }
}
