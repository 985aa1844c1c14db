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
                let texts = cast(array, &DataType::Utf8).map_err(|_| {
                    Error::BadQuestion(format!(
                        "{}: the column {} holds no plain values",
                        self.shown,
                        field.name()
                    ))
                })?;
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
