//! Files of rows in an export: a JSON list with one row a line.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, Value};

use super::manifest::refused;
use crate::base::problem::Outcome;

/// A list being written.
pub struct RowsWriter {
    file: BufWriter<File>,
    empty: bool,
}

impl RowsWriter {
    /// Begins a file, and its folder where there is none.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = BufWriter::new(File::create_new(path)?);
        file.write_all(b"[")?;
        Ok(Self { file, empty: true })
    }

    /// Adds a row, given as one line of JSON.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn add(&mut self, row: &str) -> std::io::Result<()> {
        self.file
            .write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.empty = false;
        self.file.write_all(row.as_bytes())
    }

    /// Ends the list and forces it to disk.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.file.write_all(b"\n]\n")?;
        self.file.flush()?;
        self.file.get_ref().sync_all()
    }
}

/// Hands the rows of such a file on, `most` at a time.
pub struct RowsReader {
    name: String,
    lines: std::io::Lines<BufReader<File>>,
    most: usize,
}

impl RowsReader {
    /// Opens a file of an export.
    ///
    /// # Errors
    /// 422 when it cannot be opened.
    pub fn open(folder: &Path, name: &str, most: usize) -> Outcome<Self> {
        let file =
            File::open(folder.join(name)).map_err(|error| refused(format!("{name}: {error}")))?;
        Ok(Self {
            name: name.to_owned(),
            lines: BufReader::new(file).lines(),
            most,
        })
    }

    /// The next rows; empty after the last.
    ///
    /// # Errors
    /// 422 when a line is no row.
    pub fn next_rows(&mut self) -> Outcome<Vec<Map<String, Value>>> {
        let mut rows = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.map_err(|error| refused(format!("{}: {error}", self.name)))?;
            let row = line.trim_end_matches(',');
            if matches!(row, "[" | "]" | "") {
                continue;
            }
            let row = serde_json::from_str(row)
                .map_err(|error| refused(format!("{}: {error}", self.name)))?;
            rows.push(row);
            if rows.len() == self.most {
                break;
            }
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order_and_the_file_is_plain_json() {
        let folder = tempfile::tempdir().expect("a folder");
        for count in [0, 1, 5] {
            let name = format!("a/{count}.json");
            let path = folder.path().join(&name);
            let mut writer = RowsWriter::create(&path).expect("a file");
            for n in 0..count {
                let row = format!("{{\"n\":{n},\"t\":\"]\\n[,\"}}");
                writer.add(&row).expect("written");
            }
            writer.finish().expect("finished");
            let json = std::fs::read_to_string(&path).expect("read");
            let list: Vec<Value> = serde_json::from_str(&json).expect("a JSON list");
            assert_eq!(list.len(), count);
            let mut reader = RowsReader::open(folder.path(), &name, 2).expect("opened");
            let mut back = Vec::new();
            loop {
                let rows = reader.next_rows().expect("rows");
                if rows.is_empty() {
                    break;
                }
                assert!(rows.len() <= 2);
                back.extend(rows.into_iter().map(Value::Object));
            }
            assert_eq!(back, list);
        }
    }
}
