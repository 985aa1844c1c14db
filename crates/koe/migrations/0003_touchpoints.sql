CREATE TABLE touchpoint (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    code TEXT NOT NULL,
    -- Localised name (JSON).
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    stage TEXT NOT NULL,
    -- direct: sought by the customer; indirect: met by chance.
    experience TEXT NOT NULL,
    owner_unit_id TEXT,
    archived_ms BIGINT,
    UNIQUE (organisation_id, code)
);

CREATE TABLE offering (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    archived_ms BIGINT,
    UNIQUE (organisation_id, code)
);
