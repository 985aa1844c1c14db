-- A survey and its draft; what was published stands in survey_version.
CREATE TABLE survey (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- draft (never published), live, closed
    status TEXT NOT NULL,
    -- Of the draft, for lists (JSON by language; transactional or relational).
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The version that links open; none before the first publication.
    version BIGINT,
    draft TEXT NOT NULL,
    -- Counts the draft's changes, so that nobody overwrites somebody else's.
    revision BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);
CREATE INDEX survey_organisation ON survey (organisation_id, id);

-- Published documents: only ever inserted.
CREATE TABLE survey_version (
    survey_id TEXT NOT NULL REFERENCES survey (id),
    version BIGINT NOT NULL,
    organisation_id TEXT NOT NULL,
    document TEXT NOT NULL,
    published_ms BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (survey_id, version)
);

-- Links say where an answer was given.
CREATE TABLE survey_link (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    survey_id TEXT NOT NULL REFERENCES survey (id),
    -- public (anonymous), personal (one customer, one answer), preview
    kind TEXT NOT NULL,
    -- The token itself is derived from the id and the organisation's secret.
    token_hash TEXT NOT NULL UNIQUE,
    touchpoint_id TEXT,
    channel TEXT,
    unit_id TEXT,
    offering_id TEXT,
    customer_id TEXT,
    -- Hidden fields fixed in the link (JSON).
    fields TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    revoked_ms BIGINT,
    -- When a personal link was used up.
    answered_ms BIGINT
);
CREATE INDEX survey_link_survey ON survey_link (survey_id, id);
CREATE INDEX survey_link_customer ON survey_link (customer_id);

-- One sitting of one person at an answer page: what was answered so far. A
-- finished sitting keeps no answers; they are in the record.
CREATE TABLE answer_sitting (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    survey_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- Cut when a confidential sitting ends.
    link_id TEXT,
    unit_id TEXT,
    -- Identifies the browser's part of the sitting; personal links need none.
    token_hash TEXT NOT NULL UNIQUE,
    -- Whether it never counts.
    preview BIGINT NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    -- Hidden fields that came with the link's address (JSON).
    fields TEXT NOT NULL,
    -- Taken answers, and the page under way as typed (JSON).
    answers TEXT NOT NULL,
    typed TEXT NOT NULL,
    -- What the thank-you page says (JSON); empty before the end.
    thanks TEXT NOT NULL,
    started_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    finished_ms BIGINT
);
CREATE INDEX answer_sitting_survey ON answer_sitting (survey_id, status);
CREATE INDEX answer_sitting_link ON answer_sitting (link_id);
CREATE INDEX answer_sitting_updated ON answer_sitting (updated_ms);

-- The pages of a sitting that were reached, and how long each took.
CREATE TABLE answer_sitting_page (
    sitting_id TEXT NOT NULL REFERENCES answer_sitting (id),
    page TEXT NOT NULL,
    -- 1 once the page was left forward.
    finished BIGINT NOT NULL,
    spent_ms BIGINT NOT NULL,
    PRIMARY KEY (sitting_id, page)
);
