//! What is accepted from outside, and how much of it: each limit with its
//! default and the range it may be set in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is accepted from outside, and how much of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a JSON request body.
    pub json_bytes: usize,
    /// Bytes of an uploaded file.
    pub upload_bytes: u64,
    /// Bytes a compressed upload may unpack to.
    pub unpacked_bytes: u64,
    /// Columns of an imported file.
    pub import_columns: usize,
    /// Bytes of one cell of an imported file.
    pub import_cell_bytes: usize,
    /// Cells of an imported file that are taken in together; an interrupted import repeats at
    /// most these.
    pub import_chunk_cells: usize,
    /// Seconds without progress after which an import counts as interrupted and is gone on with;
    /// 0: at once.
    pub import_lease_seconds: u64,
    /// Seconds without a sign of life after which another worker takes over the events that one
    /// had taken.
    pub event_lease_seconds: u64,
    /// Sign-in attempts per minute for one address or one account.
    pub sign_in_per_minute: u32,
    /// Pages that one address may send to public links per minute.
    pub answers_per_minute: u32,
    /// Answers in one batch of the HTTP intake.
    pub batch_answers: usize,
    /// Days that a link opens which only tries out a draft.
    pub preview_days: u32,
    /// How far in the future an answer's time may lie, in seconds.
    pub clock_skew_seconds: i64,
    /// Rows of a page of a list.
    pub page_rows: u32,
    /// Rows of an XLSX file with responses; Excel itself takes 1,048,575 below the header. CSV
    /// files have no limit.
    pub xlsx_rows: u64,
    /// Different answers of one question of a crosstab.
    pub crosstab_lines: usize,
    /// Drivers of one analysis by the Shapley value, which doubles its work with each.
    pub shapley_drivers: usize,
    /// Drivers of one analysis by Johnson's relative weights.
    pub johnson_drivers: usize,
    /// Resamples behind the intervals of an analysis of drivers.
    pub driver_resamples: usize,
    /// Units or touchpoints that one analysis of drivers compares.
    pub driver_groups: usize,
    /// Results kept of one analysis of drivers; older ones are computed anew.
    pub driver_results: u32,
    /// Customers at risk that one analysis of loyalty value lists.
    pub loyalty_customers: usize,
    /// Groups of customers that one analysis of loyalty value compares.
    pub loyalty_groups: usize,
    /// Results kept of one analysis of loyalty value; older ones are computed anew.
    pub loyalty_results: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 2 * 1024 * 1024,
            upload_bytes: 512 * 1024 * 1024,
            unpacked_bytes: 2 * 1024 * 1024 * 1024,
            import_columns: 2_000,
            import_cell_bytes: 64 * 1024,
            import_chunk_cells: 1_000_000,
            import_lease_seconds: 60,
            event_lease_seconds: 60,
            sign_in_per_minute: 10,
            answers_per_minute: 120,
            batch_answers: 1_000,
            preview_days: 7,
            clock_skew_seconds: 300,
            page_rows: 200,
            xlsx_rows: 1_000_000,
            crosstab_lines: 60,
            shapley_drivers: 14,
            johnson_drivers: 40,
            driver_resamples: 1_000,
            driver_groups: 100,
            driver_results: 20,
            loyalty_customers: 200,
            loyalty_groups: 30,
            loyalty_results: 20,
        }
    }
}

impl Limits {
    /// Each limit that has a range: its name, its value, the least and the most
    /// it may be.
    pub fn ranges(&self) -> Vec<(&'static str, u64, u64, u64)> {
        vec![
            ("limits.json_bytes", self.json_bytes as u64, 1_024, 64 << 20),
            (
                "limits.batch_answers",
                self.batch_answers as u64,
                1,
                100_000,
            ),
            ("limits.preview_days", u64::from(self.preview_days), 1, 365),
            ("limits.page_rows", u64::from(self.page_rows), 1, 10_000),
            ("limits.xlsx_rows", self.xlsx_rows, 1, 1_048_575),
            (
                "limits.crosstab_lines",
                self.crosstab_lines as u64,
                2,
                1_000,
            ),
            ("limits.shapley_drivers", self.shapley_drivers as u64, 1, 20),
            (
                "limits.johnson_drivers",
                self.johnson_drivers as u64,
                1,
                100,
            ),
            (
                "limits.driver_resamples",
                self.driver_resamples as u64,
                100,
                100_000,
            ),
            ("limits.driver_groups", self.driver_groups as u64, 2, 10_000),
            (
                "limits.driver_results",
                u64::from(self.driver_results),
                1,
                1_000,
            ),
            (
                "limits.loyalty_customers",
                self.loyalty_customers as u64,
                1,
                10_000,
            ),
            (
                "limits.loyalty_groups",
                self.loyalty_groups as u64,
                2,
                1_000,
            ),
            (
                "limits.loyalty_results",
                u64::from(self.loyalty_results),
                1,
                1_000,
            ),
            (
                "limits.import_columns",
                self.import_columns as u64,
                1,
                16_384,
            ),
            (
                "limits.import_chunk_cells",
                self.import_chunk_cells as u64,
                100,
                100_000_000,
            ),
            (
                "limits.import_lease_seconds",
                self.import_lease_seconds,
                0,
                86_400,
            ),
            (
                "limits.event_lease_seconds",
                self.event_lease_seconds,
                1,
                86_400,
            ),
        ]
    }
}
