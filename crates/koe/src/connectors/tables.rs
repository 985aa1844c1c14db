//! What of `connectors` leaves with an organisation. Imports that are not done
//! stay: the file they need is on this machine.

use crate::base::db::tables::{Owner, Table, json, text, whole};

/// The tables of this slice that leave with their organisation, parents first.
pub const TABLES: &[Table] = &[
    Table {
        name: "import_source",
        file: "definitions/import_sources",
        key: "id",
        owner: Owner::Column,
        only: "",
        columns: &[text("id"), text("key"), json("label"), whole("created_ms")],
    },
    Table {
        name: "import_mapping",
        file: "definitions/import_mappings",
        key: "name",
        owner: Owner::Column,
        only: "",
        columns: &[text("name"), json("mapping"), whole("changed_ms")],
    },
    Table {
        name: "import",
        file: "history/imports",
        key: "id",
        owner: Owner::Column,
        only: "status = 'done'",
        columns: &[
            text("id"),
            text("file_name"),
            whole("bytes"),
            text("status"),
            json("sniffed"),
            json("mapping"),
            text("stream_id"),
            whole("checkpoint"),
            json("totals"),
            json("message"),
            text("created_by"),
            whole("created_ms"),
            whole("changed_ms"),
            whole("forgotten_ms"),
            whole("trial"),
        ],
    },
    Table {
        name: "import_fault",
        file: "history/import_faults",
        key: "import_id, number",
        owner: Owner::Through("import_id", "import"),
        only: "import_id IN (SELECT id FROM import WHERE status = 'done')",
        columns: &[text("import_id"), whole("number"), json("body")],
    },
];
