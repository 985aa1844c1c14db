CREATE TABLE metric (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- Localised name (JSON).
    name TEXT NOT NULL,
    -- What is measured, over which fields (JSON, versioned).
    definition TEXT NOT NULL,
    target DOUBLE PRECISION,
    created_ms BIGINT NOT NULL,
    archived_ms BIGINT
);
CREATE INDEX metric_organisation ON metric (organisation_id, id);
