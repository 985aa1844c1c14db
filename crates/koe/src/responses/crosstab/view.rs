//! A crosstab as it leaves the house.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::number::ScoreView;

/// A question's field as the lines of one side.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Side {
    /// Field id.
    pub field: String,
    /// The question; the hidden field's id otherwise.
    pub question: String,
    /// Its kind: `nps`, `csat`, `single` … `hidden`.
    pub kind: String,
    /// The question's words, by language.
    pub text: BTreeMap<String, String>,
    /// The row's or choice's words, by language; the question's otherwise.
    pub label: BTreeMap<String, String>,
}

/// One line: an answer.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Line {
    /// The answer as stored; `detractors`, `passives`, `promoters` of a recommendation question;
    /// null for those who gave none, which only confidential programmes show.
    pub value: Option<String>,
    /// Its words, by language; empty when it speaks for itself.
    pub label: BTreeMap<String, String>,
}

/// One cell, or one entry of a margin.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CellView {
    /// People; null when hidden.
    pub n: Option<u64>,
    /// Share of the row, in percent; null when hidden or of nobody.
    pub row_percent: Option<f64>,
    /// Its interval (Wilson), in percent.
    pub row_interval: Option<(f64, f64)>,
    /// Share of the column, in percent.
    pub column_percent: Option<f64>,
    /// Its interval (Wilson), in percent.
    pub column_interval: Option<(f64, f64)>,
    /// Adjusted residual (Haberman 1973): beyond ±2 there are more or fewer people than there
    /// would be without a relation.
    pub residual: Option<f64>,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RowView {
    /// The answer.
    pub line: Line,
    /// One for each column.
    pub cells: Vec<CellView>,
    /// All of the row.
    pub total: CellView,
    /// NPS or mean of the column's question among them; null where it has none.
    pub score: Option<ScoreView>,
}

/// The test of independence.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TestView {
    /// `chi_square`, `fisher_freeman_halton`, or `chi_square_small_counts`: to be read with care.
    pub method: &'static str,
    /// Where the method was published.
    pub source: &'static str,
    /// Pearson's χ².
    pub chi_square: Option<f64>,
    /// Degrees of freedom.
    pub degrees: u64,
    /// p of "no relation".
    pub p: Option<f64>,
    /// Cramér's V, 0 to 1.
    pub cramers_v: Option<f64>,
    /// Where V lies with the confidence of the table; null where expected counts are too small
    /// for the χ² distribution.
    #[schema(value_type = Option<[f64; 2]>)]
    pub cramers_v_interval: Option<(f64, f64)>,
    /// Where the method of V's interval was published.
    pub cramers_v_source: &'static str,
    /// V in words: `negligible`, `weak`, `moderate`, `strong`.
    pub strength: Option<&'static str>,
    /// People in the test.
    pub n: u64,
    /// The smallest expected count.
    pub least_expected: Option<f64>,
    /// `related` when p is at most 5 %, `no_clear_relation`, or `cannot_tell`.
    pub verdict: &'static str,
}

/// Two questions against each other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Crosstab {
    /// Down the side.
    pub row: Side,
    /// Across the top.
    pub column: Side,
    /// The answers across the top.
    pub columns: Vec<Line>,
    /// The rows.
    pub rows: Vec<RowView>,
    /// All of each column.
    pub column_totals: Vec<CellView>,
    /// People in the table; null when hidden.
    pub n: Option<u64>,
    /// People left out because one of the answers is missing; null when hidden.
    pub n_missing: Option<u64>,
    /// NPS or mean of the column's question among all in the table.
    pub score: Option<ScoreView>,
    /// The test; null when a part of the table is hidden.
    pub test: Option<TestView>,
    /// Of intervals.
    pub confidence: f64,
    /// Whether figures are suppressed (confidential programme).
    pub confidential: bool,
}
