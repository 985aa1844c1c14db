//! Tables for other programs: a whole stream in one Parquet file, with plain column names and the
//! free texts that the relational store keeps, and back into rows.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use crate::chunk::Chunk;
use crate::error::{Error, Result};
use crate::question::CommonColumn;
use crate::read;
use crate::row::Row;
use crate::stream::{StreamSchema, column_name};

/// Rows read at once.
const BATCH: usize = 8_192;

/// Which columns a table has beside the common ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumns {
    /// Column name to field id, in order: coded values.
    pub coded: Vec<(String, String)>,
    /// Column name to field id, in order: free texts.
    pub texts: Vec<(String, String)>,
}

impl TableColumns {
    /// Names for these fields: the id itself, and `f_` before it where a common column or another
    /// field is called so.
    pub fn named(coded: &[&str], texts: &[&str]) -> Self {
        let mut taken: Vec<String> = Self::common().into_iter().map(str::to_owned).collect();
        let mut name = |field: &&str| {
            let mut name = (*field).to_owned();
            while taken.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                name.insert_str(0, "f_");
            }
            taken.push(name.clone());
            (name, (*field).to_owned())
        };
        TableColumns {
            coded: coded.iter().map(&mut name).collect(),
            texts: texts.iter().map(&mut name).collect(),
        }
    }

    /// Names of the columns that every table has, in order.
    pub fn common() -> Vec<&'static str> {
        CommonColumn::STORED
            .iter()
            .map(|column| column.name())
            .collect()
    }
}

/// A record with its free texts by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WordedRow {
    /// What the lake holds.
    pub row: Row,
    /// What the person wrote, by field.
    pub texts: BTreeMap<String, String>,
}

/// Writes one table. Rows must come as the stream's fields say.
pub struct TableWriter {
    stream: StreamSchema,
    columns: TableColumns,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    path: PathBuf,
}

impl TableWriter {
    /// Begins a file that must not exist.
    ///
    /// # Errors
    /// [`Error::UnknownField`] for a column without a field; [`Error::Io`].
    pub fn create(path: &Path, stream: &StreamSchema, columns: &TableColumns) -> Result<Self> {
        let stream = in_order(stream, columns)?;
        let mut fields: Vec<ArrowField> = stream
            .arrow()
            .fields()
            .iter()
            .map(|field| field.as_ref().clone())
            .collect();
        let coded = fields.iter_mut().skip(CommonColumn::STORED.len());
        for (field, (name, _)) in coded.zip(&columns.coded) {
            *field = field.clone().with_name(name);
        }
        fields.extend(
            columns
                .texts
                .iter()
                .map(|(name, _)| ArrowField::new(name, DataType::Utf8, true)),
        );
        let schema = Arc::new(Schema::new(fields));
        let file = File::create_new(path).map_err(failed(path))?;
        let properties = WriterProperties::builder()
            .set_created_by("koe".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .build();
        Ok(TableWriter {
            writer: ArrowWriter::try_new(file, SchemaRef::clone(&schema), Some(properties))?,
            columns: columns.clone(),
            stream,
            schema,
            path: path.to_owned(),
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// As for [`Chunk::push_row`]; [`Error::Io`].
    pub fn write(&mut self, rows: &[WordedRow]) -> Result<()> {
        let mut chunk = Chunk::new(self.stream.clone())?;
        for row in rows {
            chunk.push_row(&row.row)?;
        }
        let mut arrays: Vec<ArrayRef> = chunk.finish()?.columns().to_vec();
        for (_, field) in &self.columns.texts {
            let texts = rows.iter().map(|row| row.texts.get(field));
            arrays.push(Arc::new(texts.collect::<StringArray>()));
        }
        let batch = RecordBatch::try_new(SchemaRef::clone(&self.schema), arrays)?;
        self.writer
            .write(&batch)
            .map_err(|error| failed(&self.path)(std::io::Error::other(error)))
    }

    /// Writes what remains and forces the file to disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        let file = self
            .writer
            .into_inner()
            .map_err(|error| failed(&path)(std::io::Error::other(error)))?;
        file.sync_all().map_err(failed(&path))
    }
}

/// Reads a table back, some thousand rows at a time.
pub struct TableReader {
    batches: ParquetRecordBatchReader,
    /// What each column of the file is in the lake, or the field whose words it holds.
    meanings: Vec<Meaning>,
}

enum Meaning {
    Coded(String),
    Words(String),
}

impl TableReader {
    /// Opens a table whose columns are known.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadQuestion`] when it is no table or has other columns.
    pub fn open(path: &Path, columns: &TableColumns) -> Result<Self> {
        let shown = path.display();
        let foreign = |what: String| Error::BadQuestion(format!("{shown} {what}"));
        let file = File::open(path).map_err(Error::io(format!("opening {shown}")))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|error| foreign(format!("is not Parquet: {error}")))?;
        let meanings = builder
            .schema()
            .fields()
            .iter()
            .map(|column| {
                let named = |known: &&(String, String)| known.0 == *column.name();
                if TableColumns::common().contains(&column.name().as_str()) {
                    Ok(Meaning::Coded(column.name().clone()))
                } else if let Some((_, field)) = columns.coded.iter().find(named) {
                    Ok(Meaning::Coded(column_name(field)))
                } else if let Some((_, field)) = columns.texts.iter().find(named) {
                    Ok(Meaning::Words(field.clone()))
                } else {
                    Err(foreign(format!(
                        "has a column {} of unknown meaning",
                        column.name()
                    )))
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let expected = CommonColumn::STORED.len() + columns.coded.len() + columns.texts.len();
        if meanings.len() != expected {
            return Err(foreign(format!(
                "has {} columns, {expected} were expected",
                meanings.len()
            )));
        }
        Ok(TableReader {
            batches: builder.with_batch_size(BATCH).build()?,
            meanings,
        })
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Vec<WordedRow>> {
        let mut coded: (Vec<ArrowField>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        let mut words: Vec<(&str, StringArray)> = Vec::new();
        for ((meaning, field), array) in self
            .meanings
            .iter()
            .zip(batch.schema_ref().fields())
            .zip(batch.columns())
        {
            match meaning {
                Meaning::Coded(name) => {
                    coded.0.push(field.as_ref().clone().with_name(name));
                    coded.1.push(Arc::clone(array));
                }
                Meaning::Words(field) => {
                    let texts = cast(array, &DataType::Utf8)?;
                    words.push((field, texts.as_string::<i32>().clone()));
                }
            }
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(coded.0)), coded.1)?;
        let rows = read::rows(&batch)?.into_iter().enumerate();
        Ok(rows
            .map(|(place, row)| WordedRow {
                row,
                texts: words
                    .iter()
                    .filter(|(_, texts)| texts.is_valid(place))
                    .map(|(field, texts)| ((*field).to_owned(), texts.value(place).to_owned()))
                    .collect(),
            })
            .collect())
    }
}

impl Iterator for TableReader {
    type Item = Result<Vec<WordedRow>>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        Some(
            batch
                .map_err(|error| Error::Engine(error.to_string()))
                .and_then(|batch| self.rows(&batch)),
        )
    }
}

/// The stream with its fields in the order of the columns.
fn in_order(stream: &StreamSchema, columns: &TableColumns) -> Result<StreamSchema> {
    let fields = columns
        .coded
        .iter()
        .map(|(_, id)| {
            stream
                .field(id)
                .cloned()
                .ok_or_else(|| Error::UnknownField {
                    stream: stream.id.clone(),
                    field: id.clone(),
                })
        })
        .collect::<Result<Vec<_>>>()?;
    StreamSchema::new(stream.id.clone(), fields)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    Error::io(format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::{Common, Value};
    use crate::stream::{Field, FieldKind};

    fn stream() -> StreamSchema {
        let kinds = [
            ("nps", FieldKind::Integer),
            ("language", FieldKind::Code),
            ("q1.value", FieldKind::Number),
            ("told", FieldKind::Flag),
            ("since", FieldKind::Date),
        ];
        let fields = kinds.map(|(id, kind)| Field::new(id, kind)).to_vec();
        StreamSchema::new("srv_1", fields).expect("a stream")
    }

    fn row(n: i64) -> WordedRow {
        let mut row = Row {
            common: Common {
                record_id: format!("rec_{n}"),
                revision: 2,
                occurred_at: n * 1_000,
                recorded_at: n * 1_000 + 1,
                source: "link".into(),
                language: (n % 2 == 0).then(|| "ja".to_owned()),
                weight: Some(0.1),
                solicited: true,
                ..Common::default()
            },
            ..Row::default()
        };
        row.values.insert("nps".into(), Value::Integer(n % 11));
        row.values
            .insert("language".into(), Value::Code("de".into()));
        row.values
            .insert("q1.value".into(), Value::Number(0.1 + n as f64));
        if n % 3 == 0 {
            row.values.insert("told".into(), Value::Flag(n % 2 == 0));
            row.values.insert("since".into(), Value::Date { date: -5 });
        }
        let texts = (n % 2 == 1).then(|| ("why".to_owned(), format!("声 {n}, \"引用\"\n二行目")));
        WordedRow {
            row,
            texts: texts.into_iter().collect(),
        }
    }

    #[test]
    fn a_table_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.parquet");
        let columns = TableColumns::named(
            &["nps", "language", "q1.value", "told", "since"],
            &["why", "nps"],
        );
        assert_eq!(columns.coded[1], ("f_language".into(), "language".into()));
        assert_eq!(columns.texts[1], ("f_nps".into(), "nps".into()));
        let rows: Vec<WordedRow> = (0..20_000).map(row).collect();
        let mut writer = TableWriter::create(&path, &stream(), &columns).expect("a writer");
        for some in rows.chunks(7_000) {
            writer.write(some).expect("written");
        }
        writer.finish().expect("finished");
        let reader = TableReader::open(&path, &columns).expect("a reader");
        let back: Vec<WordedRow> = reader.flat_map(|batch| batch.expect("a batch")).collect();
        assert_eq!(back, rows);
    }

    #[test]
    fn a_file_that_is_no_such_table_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.parquet");
        let columns = TableColumns::named(&["nps"], &[]);
        std::fs::write(&path, "id,nps\n").expect("written");
        assert!(TableReader::open(&path, &columns).is_err());
        std::fs::remove_file(&path).expect("removed");
        let writer = TableWriter::create(&path, &stream(), &columns).expect("a writer");
        writer.finish().expect("finished");
        assert!(TableReader::open(&path, &columns).is_ok());
        for others in [
            TableColumns::named(&["told"], &[]),
            TableColumns::named(&["nps"], &["why"]),
        ] {
            assert!(TableReader::open(&path, &others).is_err());
        }
        assert!(TableWriter::create(&path, &stream(), &columns).is_err());
    }
}
