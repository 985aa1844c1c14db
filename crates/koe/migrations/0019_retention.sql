-- What the organisation promised about how long answers are kept, since when: a record keeps the
-- promise of its day. No row at all: what is promised now was always promised.
CREATE TABLE retention_rule (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    since_ms BIGINT NOT NULL,
    -- NULL: nothing was promised.
    days BIGINT,
    PRIMARY KEY (organisation_id, since_ms)
);

-- When records were last looked through for those whose time is over.
CREATE TABLE retention_look (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    at_ms BIGINT NOT NULL
);

-- Receipts: records of one survey version that went because their time was over.
CREATE TABLE retention_run (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    survey_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- What was promised.
    days BIGINT NOT NULL,
    -- delete or anonymise.
    mode TEXT NOT NULL,
    -- What was removed, counted (JSON).
    removed TEXT NOT NULL,
    -- Which rows must leave every file (JSON); empty when none is left.
    traces TEXT NOT NULL,
    -- Paths of all lake files that held them (JSON).
    files TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    -- When nothing was left in any file.
    completed_ms BIGINT
);
CREATE INDEX retention_run_organisation ON retention_run (organisation_id, id);
CREATE INDEX retention_run_completed ON retention_run (completed_ms);

-- Heads in the order of time, for those whose time is over and who are not nobody's yet.
CREATE INDEX record_time ON record (stream_id, occurred_ms)
    WHERE deleted_ms IS NULL AND erased_ms IS NULL;
