-- Whether the run that is under way only tries, so that whoever goes on with it knows.
ALTER TABLE import ADD COLUMN trial BIGINT NOT NULL DEFAULT 0;

-- One more with every change of records that have no head in this store: whoever changes such a
-- record has seen all changes before.
ALTER TABLE stream ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;
