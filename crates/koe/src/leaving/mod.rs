//! Leaving in one step: everything of an organisation into one folder of open
//! formats, and from such a folder into an empty installation, on either
//! engine.
//!
//! Invariants: what is taken in gives the same results as what was written
//! out, under the same ids; passwords, sessions and API keys never leave; a
//! folder is whole or is not there, and so is what was taken in from it.

mod data;
mod folder;
mod labels;
mod manifest;
mod take_in;
mod write_out;

pub use manifest::{FORMAT_VERSION, Manifest};
pub use take_in::{LinkKey, TakeIn, take_in};
pub use write_out::{WriteOut, write_out};

use crate::base::db::tables::Table;
use crate::base::{experience, outbox};
use crate::{
    connectors, drivers, loyalty, metrics, org, people, privacy, responses, surveys, touchpoints,
    voices,
};

/// How far the work has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being done now, in one or two words.
    pub doing: &'static str,
    /// How much is done.
    pub done: u64,
    /// Of how much: rows when writing out, bytes when taking in.
    pub of: u64,
}

/// Who is told how far it has come.
pub type Show<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Every table that leaves, parents before children.
fn tables() -> impl Iterator<Item = &'static Table> {
    [
        org::TABLES,
        touchpoints::TABLES,
        people::TABLES,
        surveys::TABLES,
        experience::TABLES,
        responses::TABLES,
        connectors::TABLES,
        voices::TABLES,
        metrics::TABLES,
        drivers::TABLES,
        loyalty::TABLES,
        privacy::TABLES,
        outbox::TABLES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::Row as _;

    use super::*;
    use crate::base::config::{Config, Store};
    use crate::base::db::Db;
    use crate::base::db::tables::Owner;

    /// Tables that stay behind, and why.
    const STAYS: &[(&str, &str)] = &[
        ("session", "whoever signs in at the new place signs in anew"),
        ("api_key", "keys are made anew where they are used"),
        ("member_invitation", "a one-time secret on its way"),
        ("lake_pending", "its rows leave as data"),
        ("lake_file", "its rows leave as data"),
        ("retention_look", "the new place looks for itself"),
        ("lake_reader", "whoever reads files here reads them here"),
        ("driver_result", "computed anew from what left"),
        ("loyalty_result", "computed anew from what left"),
    ];

    /// A new table must either leave or say why it stays: whoever adds one
    /// and forgets this would lose its rows when an organisation moves.
    #[tokio::test]
    async fn every_column_of_every_table_leaves_or_stays_for_a_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store {
            data: folder.path().to_owned(),
            ..Config::default().store
        };
        let db = Db::open(&store).await.expect("a store");
        db.migrate().await.expect("a schema");
        let mut tx = db.read().await.expect("a transaction");
        let rows = sqlx::query(
            "SELECT t.name AS name, c.name AS col FROM sqlite_master t \
             JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
        )
        .fetch_all(&mut *tx)
        .await
        .expect("the schema");
        let stored: BTreeSet<(String, String)> = rows
            .iter()
            .map(|row| (row.get::<String, _>("name"), row.get::<String, _>("col")))
            .filter(|(table, _)| !STAYS.iter().any(|(stays, _)| stays == table))
            .collect();
        let leaving: BTreeSet<(String, String)> = tables()
            .chain([&responses::TEXTS])
            .flat_map(|table| {
                let owner = (table.owner == Owner::Column).then_some("organisation_id");
                let columns = table.columns.iter().map(|column| column.name);
                columns
                    .chain(owner)
                    .map(|column| (table.name.to_owned(), column.to_owned()))
            })
            .collect();
        assert_eq!(
            leaving, stored,
            "add the table or column to the TABLES of its slice, or to STAYS with a reason"
        );
        let files: BTreeSet<&str> = tables().map(|table| table.file).collect();
        assert_eq!(files.len(), tables().count(), "each table has its own file");
    }
}
