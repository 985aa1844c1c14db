//! Events leave with their organisation, so that nothing that was to follow
//! from them is lost.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[Table {
    name: "outbox",
    file: "records/events",
    key: "id",
    owner: Owner::Column,
    only: "",
    columns: &[
        text("id"),
        text("subscriber"),
        json("event"),
        whole("due_ms"),
        whole("attempts"),
    ],
}];
