//! What of `loyalty` leaves with an organisation: the analyses. Results are
//! made anew from the records that leave.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[Table {
    name: "loyalty_analysis",
    file: "definitions/loyalty_analyses",
    key: "id",
    owner: Owner::Column,
    only: "",
    columns: &[
        text("id"),
        json("name"),
        json("definition"),
        whole("created_ms"),
        whole("changed_ms"),
    ],
}];
