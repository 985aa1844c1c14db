//! Parquet files that other programs wrote, as texts: for reading one file, once, outside any lake.

use std::fs::File;
use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Result};

/// Rows read at once.
const BATCH: usize = 8_192;

/// A Parquet file of any origin.
pub struct ForeignTable {
    builder: ParquetRecordBatchReaderBuilder<File>,
    shown: String,
}

impl ForeignTable {
    /// Opens a file and reads its footer.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadQuestion`] when it is no Parquet.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(Error::io(format!("opening {shown}")))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|error| Error::BadQuestion(format!("{shown} is not Parquet: {error}")))?;
        Ok(Self { builder, shown })
    }

    /// Its columns, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let fields = self.builder.schema().fields();
        fields.iter().map(|field| field.name().clone()).collect()
    }

    /// Gives each row's cells of the columns at `places` (ascending) to `each`, as text; `None`
    /// where there is nothing. Numbers have all their digits; dates are written year first.
    ///
    /// # Errors
    /// [`Error::BadQuestion`] for a column that holds lists or records; [`Error::Engine`] for a
    /// file that is damaged.
    pub fn rows(self, places: &[usize], mut each: impl FnMut(&[Option<&str>])) -> Result<()> {
        let mask = ProjectionMask::roots(self.builder.parquet_schema(), places.iter().copied());
        let batches = self
            .builder
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()?;
        for batch in batches {
            let batch = batch.map_err(|error| Error::Engine(error.to_string()))?;
            let mut columns: Vec<StringArray> = Vec::with_capacity(places.len());
            for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
                let refused = || {
                    Error::BadQuestion(format!(
                        "{}: the column {} holds no plain values",
                        self.shown,
                        field.name()
                    ))
                };
                // A list would be written out as one text, which no method can use.
                if field.data_type().is_nested() {
                    return Err(refused());
                }
                let texts = cast(array, &DataType::Utf8).map_err(|_| refused())?;
                columns.push(texts.as_string::<i32>().clone());
            }
            for row in 0..batch.num_rows() {
                let cells: Vec<Option<&str>> = columns
                    .iter()
                    .map(|texts| texts.is_valid(row).then(|| texts.value(row)))
                    .collect();
                each(&cells);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
        Int32Array, ListArray, RecordBatch, TimestampMillisecondArray,
    };
    use datafusion::arrow::datatypes::Int32Type;
    use datafusion::parquet::arrow::ArrowWriter;

    use super::*;

    fn written(columns: Vec<(&str, ArrayRef)>) -> tempfile::NamedTempFile {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .map(|(name, values)| (name, values, true)),
        )
        .expect("columns of one length");
        let file = tempfile::NamedTempFile::new().expect("a file");
        let out = file.reopen().expect("a file");
        let mut writer = ArrowWriter::try_new(out, batch.schema(), None).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        file
    }

    fn read(file: &tempfile::NamedTempFile, places: &[usize]) -> Result<Vec<Vec<Option<String>>>> {
        let mut rows = Vec::new();
        ForeignTable::open(file.path())?.rows(places, |cells| {
            rows.push(cells.iter().map(|cell| cell.map(str::to_owned)).collect());
        })?;
        Ok(rows)
    }

    #[test]
    fn values_of_every_plain_kind_are_read_as_texts() {
        let cents = Decimal128Array::from(vec![Some(12_345), None])
            .with_precision_and_scale(10, 2)
            .expect("a decimal");
        let shops: DictionaryArray<Int32Type> = vec![Some("渋谷"), None].into_iter().collect();
        let moments = TimestampMillisecondArray::from(vec![Some(1_775_001_600_000), None]);
        let file = written(vec![
            ("score", Arc::new(Int32Array::from(vec![Some(9), None]))),
            (
                "mean",
                Arc::new(Float64Array::from(vec![Some(0.1 + 0.2), None])),
            ),
            (
                "again",
                Arc::new(BooleanArray::from(vec![Some(true), None])),
            ),
            ("day", Arc::new(Date32Array::from(vec![Some(20_544), None]))),
            ("at", Arc::new(moments.with_timezone("UTC"))),
            ("spent", Arc::new(cents)),
            ("shop", Arc::new(shops)),
        ]);
        let names = ForeignTable::open(file.path()).expect("a table").names();
        assert_eq!(names.join(" "), "score mean again day at spent shop");
        let rows = read(&file, &[0, 1, 2, 3, 4, 5, 6]).expect("rows");
        let cells: Vec<&str> = rows[0].iter().flatten().map(String::as_str).collect();
        assert_eq!(
            cells,
            [
                "9",
                "0.30000000000000004",
                "true",
                "2026-04-01",
                "2026-04-01T00:00:00Z",
                "123.45",
                "渋谷"
            ]
        );
        assert_eq!(rows[1], vec![None; 7]);
        let some = read(&file, &[0, 6]).expect("rows");
        assert_eq!(some[0], [Some("9".to_owned()), Some("渋谷".to_owned())]);
    }

    #[test]
    fn lists_and_files_of_another_kind_are_refused() {
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), Some(2)])]);
        let file = written(vec![("many", Arc::new(lists))]);
        let said = read(&file, &[0]).unwrap_err().to_string();
        assert!(said.contains("many holds no plain values"), "{said}");
        let text = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(text.path(), "PAR1 and nothing behind it").expect("written");
        assert!(ForeignTable::open(text.path()).is_err());
    }
}
