-- Set when an erasure took the record or cut it from its person; an import
-- that brings the same row again leaves it as it is.
ALTER TABLE record ADD COLUMN erased_ms BIGINT;

-- Erasures of people, and their receipts: without a word of the person.
CREATE TABLE erasure (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- delete or anonymise, and why.
    mode TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- The member or key.
    requested_by TEXT NOT NULL,
    -- Which no longer lead to anybody (JSON).
    pseudonyms TEXT NOT NULL,
    -- What was removed, counted (JSON).
    removed TEXT NOT NULL,
    -- Paths of all lake files that held rows of the person (JSON).
    files TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    -- When nothing was left anywhere.
    completed_ms BIGINT
);
CREATE INDEX erasure_organisation ON erasure (organisation_id, id);
CREATE INDEX erasure_completed ON erasure (completed_ms);

-- When the uploaded file and what was shown of its cells were forgotten.
ALTER TABLE import ADD COLUMN forgotten_ms BIGINT;
