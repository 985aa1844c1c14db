-- What is read in the words of a voice: what they judge, and the topics they
-- speak of. How and with which topics it was read stands in `reading`: a
-- voice whose number is lower than the one in force is read again in the
-- background, and so are all that were there before this migration.
ALTER TABLE voice ADD COLUMN reading BIGINT NOT NULL DEFAULT 0;
-- positive, negative, neutral or mixed, and the same from -1 to 1; null where
-- the language is not read.
ALTER TABLE voice ADD COLUMN sentiment TEXT;
ALTER TABLE voice ADD COLUMN sentiment_score DOUBLE PRECISION;
CREATE INDEX voice_reading ON voice (organisation_id, reading, record_id);
-- Sentiment is counted beside the list as the others are.
DROP INDEX voice_counts;
CREATE INDEX voice_counts ON voice (
    organisation_id, stream_id, field, language, channel, touchpoint_id, unit_path,
    confidential, occurred_ms, length, sentiment
);

-- The topics a voice speaks of; those above a topic that was found as well.
CREATE TABLE voice_topic (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    voice_id TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    -- What is judged where the topic is spoken of, in word and number.
    said TEXT NOT NULL,
    said_score DOUBLE PRECISION NOT NULL,
    -- Where, as [first character, first character after it] pairs in JSON.
    spans TEXT NOT NULL,
    PRIMARY KEY (voice_id, topic_id)
);
CREATE INDEX voice_topic_counts ON voice_topic (organisation_id, topic_id, voice_id, said);

-- The rules by which an organisation recognises topics.
CREATE TABLE topic_tree (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    -- Grows by one with each change.
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);
