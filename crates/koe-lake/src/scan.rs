//! Reading sealed files: exactly the ones named, as one table of the stream's present width.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr, expressions};
use datafusion::physical_plan::ExecutionPlan;

use crate::question::CommonColumn;
use crate::writer::SealedFile;

/// The column that tells which of the files a row came from: its place in the list.
pub(crate) const FILE_COLUMN: &str = "__file";

/// Sealed files of one stream as a table. Fields a file does not have read as null.
#[derive(Debug)]
pub(crate) struct SealedFiles {
    table_schema: TableSchema,
    store: ObjectStoreUrl,
    files: Vec<PartitionedFile>,
    late: bool,
    sorted: bool,
}

impl SealedFiles {
    pub(crate) fn new(store: &ObjectStoreUrl, schema: &Schema, files: &[&SealedFile]) -> Self {
        let files = files
            .iter()
            .zip(0_i32..)
            .map(|(file, place)| {
                PartitionedFile::new(&file.path, file.bytes)
                    .with_partition_values(vec![ScalarValue::Int32(Some(place))])
            })
            .collect();
        SealedFiles {
            table_schema: table_schema(schema, &DataType::Utf8View),
            store: store.clone(),
            files,
            late: false,
            sorted: false,
        }
    }

    /// For conditions that few rows meet: other columns are read only where they are met.
    pub(crate) fn reading_late(mut self) -> Self {
        self.late = true;
        self
    }

    /// Tells the engine that each file is sorted by time, so that it merges instead of sorting.
    /// Texts come as they are stored: views would hold on to whole pages while rows wait for each
    /// other.
    pub(crate) fn sorted_by_time(mut self) -> Self {
        self.table_schema = table_schema(self.table_schema.file_schema(), &DataType::Utf8);
        self.sorted = true;
        self
    }

    fn groups(&self, partitions: usize) -> Vec<FileGroup> {
        if self.sorted {
            return self
                .files
                .iter()
                .map(|file| FileGroup::new(vec![file.clone()]))
                .collect();
        }
        FileGroup::new(self.files.clone()).split_files(partitions)
    }
}

/// The columns of a stream with texts read as that type, and the file a row came from.
fn table_schema(schema: &Schema, texts: &DataType) -> TableSchema {
    let columns: Vec<ArrowField> = schema
        .fields()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8 | DataType::Utf8View => {
                column.as_ref().clone().with_data_type(texts.clone())
            }
            _ => column.as_ref().clone(),
        })
        .collect();
    let file_column = Arc::new(ArrowField::new(FILE_COLUMN, DataType::Int32, false));
    TableSchema::builder(Arc::new(Schema::new(columns)))
        .with_table_partition_cols(vec![file_column])
        .build()
}

#[async_trait]
impl TableProvider for SealedFiles {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.table_schema.table_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let runtime = state.runtime_env();
        // Sealed files never change, so what is known of their footers stays true.
        let readers = CachedParquetFileReaderFactory::new(
            runtime.object_store(&self.store)?,
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let source = ParquetSource::new(self.table_schema.clone())
            .with_parquet_file_reader_factory(Arc::new(readers))
            .with_pushdown_filters(self.late)
            .with_reorder_filters(self.late);
        let mut scan = FileScanConfigBuilder::new(self.store.clone(), Arc::new(source))
            .with_file_groups(self.groups(state.config().target_partitions()))
            .with_limit(limit)
            .with_projection_indices(projection.cloned())?;
        if self.sorted {
            let occurred = expressions::col(
                CommonColumn::OccurredAt.name(),
                self.table_schema.table_schema(),
            )?;
            let ordering = LexOrdering::new([PhysicalSortExpr::new_default(occurred)]);
            scan = scan.with_output_ordering(ordering.into_iter().collect());
        }
        Ok(DataSourceExec::from_data_source(scan.build()))
    }
}
