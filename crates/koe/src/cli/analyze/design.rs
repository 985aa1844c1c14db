//! How the rows were drawn: weights, strata, clusters, finite population.

use clap::Args;
use koe_analysis::weighting::{Design, DesignColumns};

use super::refused;
use super::table::Table;

/// The columns that describe the draw.
#[derive(Debug, Args)]
pub struct DesignArguments {
    /// The column of weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// The column of strata.
    #[arg(long, value_name = "COL")]
    strata: Option<String>,
    /// The column of clusters (first-stage units).
    #[arg(long, value_name = "COL")]
    cluster: Option<String>,
    /// The column of finite population sizes, or sampled fractions, of the first stage.
    #[arg(long, value_name = "COL")]
    fpc: Option<String>,
}

impl DesignArguments {
    /// The columns named.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let named = [&self.weight, &self.strata, &self.cluster, &self.fpc];
        named.into_iter().flatten().map(String::as_str)
    }

    /// The design of the rows at `rows`, and what a reader must know of it.
    ///
    /// # Errors
    /// [`crate::cli::Unacceptable`] for a cell that is missing or no weight, and for a finite
    /// population that contradicts the rows.
    pub fn of(&self, table: &Table, rows: &[usize]) -> anyhow::Result<(Design, Vec<String>)> {
        let numbers = |name: &Option<String>| match name {
            Some(name) => {
                let all = table.positive(name)?;
                Ok(Some(rows.iter().map(|&row| all[row]).collect()))
            }
            None => anyhow::Ok(None::<Vec<f64>>),
        };
        let texts = |name: &Option<String>| match name {
            Some(name) => {
                let all = table.every_text(name)?;
                Ok(Some(rows.iter().map(|&row| all[row].clone()).collect()))
            }
            None => anyhow::Ok(None::<Vec<String>>),
        };
        let (weights, fpc) = (numbers(&self.weight)?, numbers(&self.fpc)?);
        let (strata, clusters) = (texts(&self.strata)?, texts(&self.cluster)?);
        let columns = DesignColumns {
            weights: weights.as_deref(),
            strata: strata.as_deref(),
            clusters: clusters.as_deref(),
            fpc: fpc.as_deref(),
        };
        let design = Design::new(rows.len(), &columns).map_err(refused)?;
        let lonely = design.lonely_strata();
        let notes = if lonely.is_empty() {
            Vec::new()
        } else {
            vec![format!(
                "strata with a single unit, whose spread is taken from how far they lie from all \
                 others: {}",
                lonely.join(", ")
            )]
        };
        Ok((design, notes))
    }
}
