-- A file somebody brought in, what it looks like, what it means, and how far
-- it has been taken in.
CREATE TABLE import (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    file_name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- uploaded, running, checked (after a trial), done, failed
    status TEXT NOT NULL,
    -- What the file looks like, and what its columns mean (JSON).
    sniffed TEXT NOT NULL,
    mapping TEXT NOT NULL,
    -- The survey or source its rows go to, once that is known.
    stream_id TEXT,
    -- Records taken in: where to go on after an interruption.
    checkpoint BIGINT NOT NULL,
    -- Counts of the last run (JSON).
    totals TEXT NOT NULL,
    -- Why it failed (JSON by language); empty when it did not.
    message TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE INDEX import_organisation ON import (organisation_id, id);

-- What was wrong with rows, in the file's order.
CREATE TABLE import_fault (
    import_id TEXT NOT NULL REFERENCES import (id),
    number BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (import_id, number)
);

-- Mappings kept for next time.
CREATE TABLE import_mapping (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    mapping TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, name)
);

-- Sources of texts: reviews, letters, notes. Their coded values are in the
-- lake, under the same id.
CREATE TABLE import_source (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    key TEXT NOT NULL,
    -- Localised label (JSON).
    label TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (organisation_id, key)
);
