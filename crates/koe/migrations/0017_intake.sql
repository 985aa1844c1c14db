-- Rows are sealed as they are read and then deleted by their keys: who seals
-- them is not written beforehand.
DROP INDEX lake_pending_claim;
ALTER TABLE lake_pending DROP COLUMN claim;

-- Most answers name no customer and need no place in these.
DROP INDEX record_customer;
CREATE INDEX record_customer ON record (customer_id, occurred_ms) WHERE customer_id IS NOT NULL;
DROP INDEX voice_customer;
CREATE INDEX voice_customer ON voice (customer_id) WHERE customer_id IS NOT NULL;
