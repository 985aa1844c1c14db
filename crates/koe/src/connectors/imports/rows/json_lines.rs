//! JSON lines: one object a line. Objects inside become columns named with a point. All lines
//! are read for their keys first: one that stands in the last line alone is a column like others.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde_json::Value;

use super::super::encoding::Decoding;
use super::delimited::{line, within};
use super::{Layout, Limits, RawRow, Unreadable, unreadable};

/// A file of JSON lines.
pub struct JsonLines {
    lines: BufReader<Box<dyn Read + Send>>,
    keys: Vec<String>,
    places: HashMap<String, usize>,
    number: u64,
    limits: Limits,
}

impl JsonLines {
    pub fn open(path: &Path, layout: &Layout, limits: Limits) -> Result<Self, Unreadable> {
        let mut first = Self::at_start(path, layout, limits)?;
        while let Some(members) = first.object()? {
            for (key, _) in members {
                first.place(&key)?;
            }
        }
        Ok(Self {
            keys: first.keys,
            places: first.places,
            ..Self::at_start(path, layout, limits)?
        })
    }

    fn at_start(path: &Path, layout: &Layout, limits: Limits) -> Result<Self, Unreadable> {
        let text: Box<dyn Read + Send> =
            Box::new(Decoding::new(File::open(path)?, layout.encoding));
        Ok(Self {
            lines: BufReader::new(text),
            keys: Vec::new(),
            places: HashMap::new(),
            number: 0,
            limits,
        })
    }

    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    fn place(&mut self, key: &str) -> Result<usize, Unreadable> {
        if let Some(&place) = self.places.get(key) {
            return Ok(place);
        }
        let place = self.keys.len();
        if place >= self.limits.columns {
            return Err(unreadable(
                format!("列数が上限の{}列を超えています。", self.limits.columns),
                format!(
                    "There are more than {} columns (limits.import_columns).",
                    self.limits.columns
                ),
            ));
        }
        self.places.insert(key.to_owned(), place);
        self.keys.push(key.to_owned());
        Ok(place)
    }

    /// The members of the next object, flat.
    fn object(&mut self) -> Result<Option<Vec<(String, String)>>, Unreadable> {
        loop {
            let most = self.limits.cell_bytes.saturating_mul(16);
            let Some(line) = line(&mut self.lines, most)? else {
                return Ok(None);
            };
            self.number += 1;
            if line.trim().is_empty() {
                continue;
            }
            let object: Value = serde_json::from_str(&line).map_err(|error| {
                unreadable(
                    format!("{}行目はJSONではありません。", self.number),
                    format!("Line {} is not JSON: {error}.", self.number),
                )
            })?;
            if !object.is_object() {
                return Err(unreadable(
                    format!("{}行目がJSONのオブジェクトではありません。", self.number),
                    format!("Line {} is not a JSON object.", self.number),
                ));
            }
            let mut members = Vec::new();
            flatten("", &object, &mut members);
            for (_, text) in &members {
                within(text.len(), self.number, &self.limits)?;
            }
            return Ok(Some(members));
        }
    }

    pub fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        let Some(members) = self.object()? else {
            return Ok(false);
        };
        row.number = self.number;
        row.cells.clear();
        for (key, text) in members {
            let place = self.place(&key)?;
            row.cells.resize(self.keys.len(), String::new());
            row.cells[place] = text;
        }
        row.cells.resize(self.keys.len(), String::new());
        Ok(true)
    }
}

fn flatten(name: &str, value: &Value, members: &mut Vec<(String, String)>) {
    match value {
        Value::Object(inside) => {
            for (key, value) in inside {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                flatten(&name, value, members);
            }
        }
        Value::Null => members.push((name.to_owned(), String::new())),
        Value::String(text) => members.push((name.to_owned(), text.clone())),
        other => members.push((name.to_owned(), other.to_string())),
    }
}
