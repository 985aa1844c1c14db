-- A saved analysis of drivers: what decides an outcome, over which records.
CREATE TABLE driver_analysis (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- Localised name (JSON).
    name TEXT NOT NULL,
    -- Outcome, drivers, filters, split, method (JSON, versioned).
    definition TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE INDEX driver_analysis_organisation ON driver_analysis (organisation_id, id);

-- Results, so that nothing is computed twice. They are known by everything
-- they rest on: definition, method, rows, and what the asker may see.
CREATE TABLE driver_result (
    analysis_id TEXT NOT NULL REFERENCES driver_analysis (id),
    known_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- JSON.
    result TEXT NOT NULL,
    computed_ms BIGINT NOT NULL,
    PRIMARY KEY (analysis_id, known_by)
);
