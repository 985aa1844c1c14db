//! What of `voices` leaves with an organisation: the topics it looks for, and
//! the list as it was read from the words, so that it need not be read again.

use crate::base::db::tables::{Owner, Table, json, number, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "topic_tree",
        file: "definitions/topics",
        key: "organisation_id",
        owner: Owner::Column,
        only: "",
        columns: &[whole("version"), json("document"), whole("changed_ms")],
    },
    Table {
        name: "voice",
        file: "records/voices",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("id"),
            text("record_id"),
            text("stream_id"),
            text("field"),
            whole("revision"),
            whole("version"),
            whole("confidential"),
            whole("occurred_ms"),
            text("touchpoint_id"),
            text("channel"),
            text("stage"),
            text("unit_id"),
            text("unit_path"),
            text("offering_id"),
            text("customer_id"),
            whole("direct"),
            whole("solicited"),
            text("source"),
            text("language"),
            number("confidence"),
            whole("length"),
            text("search"),
            text("search_unmasked"),
            whole("reading"),
            text("sentiment"),
            number("sentiment_score"),
        ],
    },
    Table {
        name: "voice_topic",
        file: "records/voice_topics",
        key: "voice_id, topic_id",
        owner: Owner::Column,
        only: "",
        columns: &[
            text("voice_id"),
            text("topic_id"),
            text("said"),
            number("said_score"),
            json("spans"),
        ],
    },
];
