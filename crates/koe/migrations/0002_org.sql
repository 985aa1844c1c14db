CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    fiscal_year_start BIGINT NOT NULL,
    calling_code TEXT NOT NULL,
    -- Purpose of use, controller and policy link shown on answer pages (JSON).
    privacy TEXT NOT NULL,
    -- Signs links and hidden fields; never leaves the store.
    link_secret TEXT NOT NULL,
    -- Grows with every change of the unit tree, so that processes know when
    -- the tree they hold is old.
    units_revision BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL
);

CREATE TABLE unit (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    code TEXT NOT NULL,
    -- Localised name (JSON).
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- ISO dates; valid_to is the first day on which the unit no longer is.
    valid_from TEXT,
    valid_to TEXT,
    UNIQUE (organisation_id, code)
);

-- Where a unit stood in the tree, from which day on until its next row: a
-- reorganisation adds rows, so that any report can be drawn as then or as now.
CREATE TABLE unit_placement (
    unit_id TEXT NOT NULL REFERENCES unit (id),
    organisation_id TEXT NOT NULL,
    parent_id TEXT,
    valid_from TEXT NOT NULL,
    PRIMARY KEY (unit_id, valid_from)
);
CREATE INDEX unit_placement_organisation ON unit_placement (organisation_id);

CREATE TABLE member (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    -- Ids of the units at the top of what is visible (JSON); empty: all.
    units TEXT NOT NULL,
    language TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    disabled_ms BIGINT
);
CREATE INDEX member_organisation ON member (organisation_id, id);

CREATE TABLE member_invitation (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    token_hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    units TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    accepted_ms BIGINT
);
CREATE INDEX member_invitation_organisation ON member_invitation (organisation_id, id);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    member_id TEXT NOT NULL REFERENCES member (id),
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX session_member ON session (member_id);
CREATE INDEX session_expires ON session (expires_ms);

CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    -- First characters of the key, to recognise it by.
    hint TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    permissions TEXT NOT NULL,
    units TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    last_used_ms BIGINT,
    revoked_ms BIGINT
);
CREATE INDEX api_key_organisation ON api_key (organisation_id, id);

-- Only ever inserted into.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_organisation ON audit (organisation_id, id);
CREATE INDEX audit_subject ON audit (organisation_id, subject, id);
CREATE INDEX audit_actor ON audit (organisation_id, actor, id);
