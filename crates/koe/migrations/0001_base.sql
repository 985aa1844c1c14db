-- Events waiting for their subscribers; an empty subscriber means all.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    event TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_ms, id);
