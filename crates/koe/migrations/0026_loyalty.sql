-- A saved analysis of loyalty value: what customers are likely still worth.
CREATE TABLE loyalty_analysis (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- Localised name (JSON).
    name TEXT NOT NULL,
    -- Purchases, amount, horizon, groups (JSON, versioned).
    definition TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE INDEX loyalty_analysis_organisation ON loyalty_analysis (organisation_id, id);

-- Results, so that nothing is computed twice. They are known by everything
-- they rest on: definition, method, rows, and what the asker may see.
CREATE TABLE loyalty_result (
    analysis_id TEXT NOT NULL REFERENCES loyalty_analysis (id),
    known_by TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- JSON; holds pseudonyms of customers and goes when one of them is erased.
    result TEXT NOT NULL,
    computed_ms BIGINT NOT NULL,
    PRIMARY KEY (analysis_id, known_by)
);
