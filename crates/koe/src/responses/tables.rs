//! What of `responses` leaves with an organisation. Free texts leave with the
//! rows of their stream.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "record",
        file: "records/heads",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("stream_id"),
            whole("revision"),
            whole("version"),
            whole("occurred_ms"),
            whole("recorded_ms"),
            text("touchpoint_id"),
            text("unit_id"),
            text("customer_id"),
            text("link_id"),
            text("source"),
            text("language"),
            text("content_hash"),
            whole("deleted_ms"),
            whole("erased_ms"),
        ],
    },
    Table {
        name: "intake_key",
        file: "records/keys",
        key: "key",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("key"),
            text("record_id"),
            text("request_hash"),
            whole("created_ms"),
        ],
    },
    Table {
        name: "answer_sitting",
        file: "records/sittings",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("survey_id"),
            whole("version"),
            text("link_id"),
            text("unit_id"),
            text("token_hash"),
            whole("preview"),
            text("status"),
            text("language"),
            json("fields"),
            json("answers"),
            json("typed"),
            json("thanks"),
            whole("started_ms"),
            whole("updated_ms"),
            whole("finished_ms"),
        ],
    },
    Table {
        name: "answer_sitting_page",
        file: "records/sitting_pages",
        key: "sitting_id, page",
        owner: Owner::Through("sitting_id", "answer_sitting"),
        only: "",
        columns: &[
            text("sitting_id"),
            text("page"),
            whole("finished"),
            whole("spent_ms"),
        ],
    },
];

/// Free texts of records. They leave with their stream's rows, not by
/// themselves; here they are counted, so that none is left behind.
pub const TEXTS: Table = Table {
    name: "record_text",
    file: "",
    key: "record_id, field",
    owner: Owner::Through("record_id", "record"),
    only: "",
    columns: &[text("record_id"), text("field"), text("body")],
};
