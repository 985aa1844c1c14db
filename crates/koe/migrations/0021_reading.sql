-- Who reads (or writes) files of the lake for long: what compaction replaced
-- since they began stays until they are done, or until they are silent.
CREATE TABLE lake_reader (
    id TEXT PRIMARY KEY,
    -- The moment of which they read.
    since_ms BIGINT NOT NULL,
    -- Renewed while they live.
    until_ms BIGINT NOT NULL
);
