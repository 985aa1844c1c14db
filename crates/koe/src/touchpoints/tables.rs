//! What of `touchpoints` leaves with an organisation: all of it.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "touchpoint",
        file: "definitions/touchpoints",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("code"),
            json("name"),
            text("channel"),
            text("stage"),
            text("experience"),
            text("owner_unit_id"),
            whole("archived_ms"),
        ],
    },
    Table {
        name: "offering",
        file: "definitions/offerings",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("code"),
            json("name"),
            text("kind"),
            whole("archived_ms"),
        ],
    },
];
