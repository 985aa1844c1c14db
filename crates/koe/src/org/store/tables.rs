//! What of `org` leaves with an organisation. Passwords, sessions, invitations
//! and API keys never do; the key that signs links travels by itself.

use crate::base::db::tables::{Owner, Table, json, text, whole, withheld};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "organisation",
        file: "definitions/organisation",
        key: "id",
        owner: Owner::Itself,
        only: "",
        columns: &[
            text("id"),
            text("name"),
            text("language"),
            text("time_zone"),
            whole("fiscal_year_start"),
            text("calling_code"),
            json("privacy"),
            withheld("link_secret"),
            whole("units_revision"),
            whole("created_ms"),
        ],
    },
    Table {
        name: "retention_rule",
        file: "definitions/retention_rules",
        key: "since_ms",
        owner: Owner::Column,
        only: "",
        columns: &[whole("since_ms"), whole("days")],
    },
    Table {
        name: "unit",
        file: "definitions/units",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("code"),
            json("name"),
            text("kind"),
            text("valid_from"),
            text("valid_to"),
        ],
    },
    Table {
        name: "unit_placement",
        file: "definitions/unit_placements",
        key: "unit_id, valid_from",
        owner: Owner::Column,
        only: "",
        columns: &[text("unit_id"), text("parent_id"), text("valid_from")],
    },
    Table {
        name: "member",
        file: "definitions/members",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("email"),
            text("name"),
            withheld("password_hash"),
            text("role"),
            json("units"),
            text("language"),
            whole("created_ms"),
            whole("disabled_ms"),
        ],
    },
    Table {
        name: "audit",
        file: "history/audit",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            whole("at_ms"),
            text("actor"),
            text("action"),
            text("subject"),
            json("detail"),
        ],
    },
];
