-- People whose experiences are recorded. The id is the pseudonym that stands
-- in the lake; names and identifiers are only here.
CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT,
    -- Values of declared attributes by key (JSON).
    attributes TEXT NOT NULL,
    -- Name, identifiers and attribute texts, folded for search.
    search TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- When the newest known experience took place.
    last_contact_ms BIGINT
);
CREATE INDEX customer_organisation ON customer (organisation_id, id);

CREATE TABLE customer_identifier (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- First, because a lookup may not know the kind.
    value TEXT NOT NULL,
    -- email, phone, or external:<system>.
    kind TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customer (id),
    PRIMARY KEY (organisation_id, value, kind)
);
CREATE INDEX customer_identifier_customer ON customer_identifier (customer_id);

-- Pseudonyms that were merged into another: rows of the lake keep the old one.
CREATE TABLE customer_alias (
    alias_id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    customer_id TEXT NOT NULL REFERENCES customer (id),
    merged_ms BIGINT NOT NULL
);
CREATE INDEX customer_alias_customer ON customer_alias (customer_id);

-- Where a customer has records: decides who may see the customer.
CREATE TABLE customer_unit (
    customer_id TEXT NOT NULL REFERENCES customer (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    PRIMARY KEY (customer_id, unit_id)
);
CREATE INDEX customer_unit_unit ON customer_unit (unit_id, customer_id);

-- Consent by purpose, with its history: the newest line holds.
CREATE TABLE customer_consent (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    customer_id TEXT NOT NULL REFERENCES customer (id),
    purpose TEXT NOT NULL,
    granted BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    source TEXT NOT NULL,
    recorded_ms BIGINT NOT NULL
);
CREATE INDEX customer_consent_customer ON customer_consent (customer_id, purpose, at_ms);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes TEXT NOT NULL,
    search TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    archived_ms BIGINT,
    UNIQUE (organisation_id, code)
);

CREATE TABLE account_customer (
    account_id TEXT NOT NULL REFERENCES account (id),
    customer_id TEXT NOT NULL REFERENCES customer (id),
    PRIMARY KEY (account_id, customer_id)
);
CREATE INDEX account_customer_customer ON account_customer (customer_id);

-- What is kept about customers and accounts, and as what.
CREATE TABLE attribute (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    -- customer or account.
    holder TEXT NOT NULL,
    key TEXT NOT NULL,
    -- Localised label (JSON).
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    personal BIGINT NOT NULL,
    -- Whether records keep the value of their moment.
    frozen BIGINT NOT NULL,
    archived_ms BIGINT,
    PRIMARY KEY (organisation_id, holder, key)
);

-- Operational rows of customers: orders, contacts, contracts. Their rows are
-- in the lake, under the same stream id.
CREATE TABLE operational_stream (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    -- Columns in order (JSON).
    columns TEXT NOT NULL,
    archived_ms BIGINT,
    UNIQUE (organisation_id, key)
);
