//! What of `surveys` leaves with an organisation: all of it.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "survey",
        file: "definitions/surveys",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("status"),
            json("title"),
            text("kind"),
            whole("version"),
            json("draft"),
            whole("revision"),
            whole("created_ms"),
            whole("changed_ms"),
        ],
    },
    Table {
        name: "survey_version",
        file: "definitions/survey_versions",
        key: "survey_id, version",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("survey_id"),
            whole("version"),
            json("document"),
            whole("published_ms"),
            text("published_by"),
        ],
    },
    Table {
        name: "survey_link",
        file: "definitions/survey_links",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("survey_id"),
            text("kind"),
            text("token_hash"),
            text("touchpoint_id"),
            text("channel"),
            text("unit_id"),
            text("offering_id"),
            text("customer_id"),
            json("fields"),
            whole("created_ms"),
            whole("expires_ms"),
            whole("revoked_ms"),
            whole("answered_ms"),
        ],
    },
];
