-- What is known of each free text of a record, to list and to search it. The
-- words themselves stay with the record, so that what was deleted or
-- corrected there is never shown from here.
CREATE TABLE voice (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    record_id TEXT NOT NULL,
    -- Survey or source, and the question of it that was answered.
    stream_id TEXT NOT NULL,
    field TEXT NOT NULL,
    -- The record's revision that was read.
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    -- Whether it was said in confidence; then the time is the first moment
    -- of its month, and no customer stands here.
    confidential BIGINT NOT NULL,
    occurred_ms BIGINT NOT NULL,
    touchpoint_id TEXT,
    channel TEXT,
    stage TEXT,
    unit_id TEXT,
    -- Unit ids from the root down, as the tree was then, joined by '/'.
    unit_path TEXT,
    offering_id TEXT,
    customer_id TEXT,
    direct BIGINT,
    solicited BIGINT NOT NULL,
    source TEXT NOT NULL,
    -- ja, en or other, as found in the words, and how sure that is (0 to 1).
    language TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    -- Characters in search form; 0: blank, or no voice but a fact such as
    -- an order number; never listed.
    length BIGINT NOT NULL,
    -- The words in search form with personal data masked, and, where that
    -- makes a difference, without the mask.
    search TEXT NOT NULL,
    search_unmasked TEXT,
    UNIQUE (record_id, field)
);
-- Ways to the voices, see docs/decisions/0014: in storage order for reading
-- all words of an organisation, by units for members who see only some, in
-- the order of pages, and everything that is counted beside the list.
CREATE INDEX voice_organisation ON voice (organisation_id, confidential);
CREATE INDEX voice_unit ON voice (organisation_id, unit_id);
CREATE INDEX voice_newest ON voice (organisation_id, occurred_ms, id);
CREATE INDEX voice_longest ON voice (organisation_id, length, id);
CREATE INDEX voice_counts ON voice (
    organisation_id, stream_id, field, language, channel, touchpoint_id, unit_path,
    confidential, occurred_ms, length
);
CREATE INDEX voice_customer ON voice (customer_id);
