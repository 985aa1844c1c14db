-- Names of an attribute's codes by language (JSON), as columns of operational
-- streams have them.
ALTER TABLE attribute ADD COLUMN code_names TEXT NOT NULL DEFAULT '{}';
