-- Streams of the lake and the fields they have today (JSON, union over time).
CREATE TABLE stream (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    fields TEXT NOT NULL
);
CREATE INDEX stream_organisation ON stream (organisation_id, id);

-- Rows of the lake that are in no file yet: its write-ahead log.
CREATE TABLE lake_pending (
    record_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    organisation_id TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    recorded_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- The file that is about to hold the row.
    claim TEXT,
    PRIMARY KEY (record_id, revision)
);
CREATE INDEX lake_pending_stream ON lake_pending (stream_id, recorded_ms);
CREATE INDEX lake_pending_claim ON lake_pending (claim);

-- The manifest: which sealed files make up the lake.
CREATE TABLE lake_file (
    path TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    body TEXT NOT NULL,
    sealed_ms BIGINT NOT NULL,
    -- Set when a compaction replaced the file; readers may still hold it.
    replaced_ms BIGINT
);
CREATE INDEX lake_file_stream ON lake_file (stream_id);

-- Rows that are no longer true, until a compaction has dropped them.
CREATE TABLE lake_tombstone (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    -- Empty: any stream (the erasure of a person).
    stream_id TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX lake_tombstone_stream ON lake_tombstone (organisation_id, stream_id);

-- Heads of records: what must be remembered of them. Coded answers are in
-- the lake alone.
CREATE TABLE record (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    stream_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    occurred_ms BIGINT NOT NULL,
    recorded_ms BIGINT NOT NULL,
    touchpoint_id TEXT,
    unit_id TEXT,
    customer_id TEXT,
    link_id TEXT,
    source TEXT NOT NULL,
    language TEXT,
    -- Identifies the content of an imported row, so that importing it again
    -- changes nothing.
    content_hash TEXT,
    deleted_ms BIGINT
);
CREATE INDEX record_stream ON record (stream_id, id);
CREATE INDEX record_customer ON record (customer_id, occurred_ms);

-- Free texts of records, by field.
CREATE TABLE record_text (
    record_id TEXT NOT NULL REFERENCES record (id),
    field TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (record_id, field)
);

-- What may be accepted only once: an idempotency key, a sitting, a personal
-- link, a browser.
CREATE TABLE intake_key (
    organisation_id TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, key)
);
CREATE INDEX intake_key_record ON intake_key (record_id);
