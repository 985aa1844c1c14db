//! What of `metrics` leaves with an organisation: all of it.

use crate::base::db::tables::{Owner, Table, json, number, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[Table {
    name: "metric",
    file: "definitions/metrics",
    key: "id",
    owner: Owner::Column,
    only: "",
    columns: &[
        text("id"),
        json("name"),
        json("definition"),
        number("target"),
        whole("created_ms"),
        whole("archived_ms"),
    ],
}];
