//! What of the lake leaves with an organisation beside its rows.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "stream",
        file: "definitions/streams",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[text("id"), text("kind"), json("fields"), whole("edition")],
    },
    Table {
        name: "lake_tombstone",
        file: "history/erasures",
        key: "id",
        owner: Owner::Column,
        only: "stream_id = ''",
        columns: &[
            text("id"),
            text("stream_id"),
            json("body"),
            whole("created_ms"),
        ],
    },
];
