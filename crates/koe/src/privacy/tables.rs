//! What of `privacy` leaves with an organisation: the receipts.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation.
pub const TABLES: &[Table] = &[
    Table {
        name: "erasure",
        file: "history/erasure_receipts",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("mode"),
            text("reason"),
            text("requested_by"),
            json("pseudonyms"),
            json("removed"),
            json("files"),
            whole("at_ms"),
            whole("due_ms"),
            whole("completed_ms"),
        ],
    },
    Table {
        name: "retention_run",
        file: "history/retention_receipts",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("survey_id"),
            whole("version"),
            whole("days"),
            text("mode"),
            json("removed"),
            json("traces"),
            json("files"),
            whole("at_ms"),
            whole("due_ms"),
            whole("completed_ms"),
        ],
    },
];
