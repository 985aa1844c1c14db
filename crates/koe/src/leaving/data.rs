//! Rows of one stream as Parquet and CSV, with a description of the columns.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use koe_lake::{
    Common, Field, FieldKind, StreamSchema, TableColumns, TableWriter, Value, WordedRow,
};
use serde::{Deserialize, Serialize};

use super::labels::{FieldLabel, StreamLabels, Words};
use crate::base::clock::from_ms;
use crate::base::problem::{Outcome, Problem};
use crate::connectors::imports::faults::harmless;

/// Rows for programs.
pub const PARQUET: &str = "records.parquet";
/// Rows for eyes and spreadsheets.
pub const CSV: &str = "records.csv";
/// What the columns of both are.
pub const COLUMNS: &str = "columns.json";

/// The description of a stream's columns.
#[derive(Serialize)]
struct Description<'a> {
    stream: &'a str,
    kind: &'a str,
    label: &'a Words,
    columns: Vec<Described>,
}

#[derive(Serialize)]
struct Described {
    column: String,
    /// Absent for the columns that every stream has.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    kind: &'static str,
    #[serde(flatten)]
    label: FieldLabel,
}

/// What is read back of a description.
#[derive(Deserialize)]
struct Known {
    columns: Vec<KnownColumn>,
}

#[derive(Deserialize)]
struct KnownColumn {
    column: String,
    #[serde(default)]
    field: Option<String>,
    kind: String,
}

const TEXT: &str = "text";

/// Writes the files of one stream.
pub struct StreamWriter {
    columns: TableColumns,
    parquet: TableWriter,
    csv: csv::Writer<BufWriter<File>>,
    /// How many free texts were written.
    pub texts: u64,
    /// How many rows were written.
    pub rows: u64,
}

impl StreamWriter {
    /// Begins the files in a folder that is made for them.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(
        folder: &Path,
        kind: &str,
        schema: &StreamSchema,
        text_fields: &[String],
        labels: &StreamLabels,
    ) -> Outcome<Self> {
        std::fs::create_dir_all(folder).map_err(Problem::internal)?;
        let coded: Vec<&str> = schema
            .fields
            .iter()
            .map(|field| field.id.as_str())
            .collect();
        let texts: Vec<&str> = text_fields.iter().map(String::as_str).collect();
        let columns = TableColumns::named(&coded, &texts);
        let json = serde_json::to_string_pretty(&describe(kind, schema, &columns, labels))?;
        std::fs::write(folder.join(COLUMNS), json + "\n").map_err(Problem::internal)?;
        let parquet = TableWriter::create(&folder.join(PARQUET), schema, &columns)
            .map_err(Problem::internal)?;
        let mut file =
            BufWriter::new(File::create_new(folder.join(CSV)).map_err(Problem::internal)?);
        // Japanese Excel takes a file without the mark for Shift_JIS.
        file.write_all(b"\xef\xbb\xbf").map_err(Problem::internal)?;
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(file);
        let named = columns.coded.iter().chain(&columns.texts);
        let header = TableColumns::common()
            .into_iter()
            .chain(named.map(|(name, _)| name.as_str()));
        csv.write_record(header).map_err(Problem::internal)?;
        Ok(Self {
            columns,
            parquet,
            csv,
            texts: 0,
            rows: 0,
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&mut self, rows: &[WordedRow]) -> Outcome<()> {
        self.parquet.write(rows).map_err(Problem::internal)?;
        for row in rows {
            let mut cells = common_cells(&row.row.common);
            for (_, field) in &self.columns.coded {
                cells.push(row.row.values.get(field).map(cell).unwrap_or_default());
            }
            for (_, field) in &self.columns.texts {
                cells.push(
                    row.texts
                        .get(field)
                        .map(|text| harmless(text))
                        .unwrap_or_default(),
                );
            }
            self.csv.write_record(cells).map_err(Problem::internal)?;
            self.texts += row.texts.len() as u64;
        }
        self.rows += rows.len() as u64;
        Ok(())
    }

    /// Ends the files and forces them to disk; how many rows and texts.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(self) -> Outcome<()> {
        self.parquet.finish().map_err(Problem::internal)?;
        let file = self
            .csv
            .into_inner()
            .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
        let file = file
            .into_inner()
            .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
        file.sync_all().map_err(Problem::internal)
    }
}

fn describe<'a>(
    kind: &'a str,
    schema: &'a StreamSchema,
    columns: &TableColumns,
    labels: &'a StreamLabels,
) -> Description<'a> {
    let common = TableColumns::common().into_iter().map(|name| Described {
        column: name.to_owned(),
        field: None,
        kind: "common",
        label: FieldLabel::default(),
    });
    let coded = columns.coded.iter().map(|(name, field)| Described {
        column: name.clone(),
        field: Some(field.clone()),
        kind: schema
            .field(field)
            .map_or(TEXT, |Field { kind, .. }| word(*kind)),
        label: labels.field(field),
    });
    let texts = columns.texts.iter().map(|(name, field)| Described {
        column: name.clone(),
        field: Some(field.clone()),
        kind: TEXT,
        label: labels.field(field),
    });
    Description {
        stream: &schema.id,
        kind,
        label: &labels.label,
        columns: common.chain(coded).chain(texts).collect(),
    }
}

fn word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Integer => "integer",
        FieldKind::Number => "number",
        FieldKind::Code => "code",
        FieldKind::Flag => "flag",
        FieldKind::Date => "date",
    }
}

/// The columns of a stream's files, as their description says.
///
/// # Errors
/// When it cannot be read.
pub fn columns_of(folder: &Path) -> anyhow::Result<TableColumns> {
    let known: Known = serde_json::from_slice(&std::fs::read(folder.join(COLUMNS))?)?;
    let mut columns = TableColumns::default();
    for KnownColumn {
        column,
        field,
        kind,
    } in known.columns
    {
        match field {
            None => {}
            Some(field) if kind == TEXT => columns.texts.push((column, field)),
            Some(field) => columns.coded.push((column, field)),
        }
    }
    Ok(columns)
}

/// The cells of the columns that every stream has, in their order.
fn common_cells(common: &Common) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
    let flag = |flag: bool| flag.to_string();
    vec![
        harmless(&common.record_id),
        common.revision.to_string(),
        from_ms(common.occurred_at).to_string(),
        from_ms(common.recorded_at).to_string(),
        text(&common.customer),
        text(&common.account),
        text(&common.offering),
        text(&common.touchpoint),
        text(&common.channel),
        text(&common.stage),
        text(&common.unit),
        text(&common.unit_path),
        common.direct.map(flag).unwrap_or_default(),
        flag(common.solicited),
        harmless(&common.source),
        common.version.to_string(),
        text(&common.language),
        common
            .duration_ms
            .map(|ms| ms.to_string())
            .unwrap_or_default(),
        common
            .weight
            .map(|weight| weight.to_string())
            .unwrap_or_default(),
    ]
}

fn cell(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Code(code) => harmless(code),
        Value::Date { date } => jiff::civil::Date::constant(1970, 1, 1)
            .checked_add(jiff::Span::new().days(*date))
            .map(|date| date.to_string())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_people_write_them_and_run_nothing() {
        for (value, expected) in [
            (Value::Flag(true), "true"),
            (Value::Integer(-3), "-3"),
            (Value::Number(0.1), "0.1"),
            (Value::Code("=1+1".into()), "'=1+1"),
            (Value::Date { date: 20_544 }, "2026-04-01"),
            (Value::Date { date: -1 }, "1969-12-31"),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }

    #[test]
    fn there_is_a_cell_for_every_common_column() {
        let common = Common {
            occurred_at: 1_775_001_600_000,
            unit_path: Some("unt_a/unt_b".into()),
            ..Common::default()
        };
        let names = TableColumns::common();
        let cells = common_cells(&common);
        assert_eq!(cells.len(), names.len());
        let of = |name: &str| {
            names
                .iter()
                .position(|known| *known == name)
                .map(|at| &cells[at])
        };
        assert_eq!(
            of("occurred_at").map(String::as_str),
            Some("2026-04-01T00:00:00Z")
        );
        assert_eq!(of("unit_path").map(String::as_str), Some("unt_a/unt_b"));
        assert_eq!(of("solicited").map(String::as_str), Some("false"));
    }
}
