ALTER TABLE disputes VALIDATE CONSTRAINT disputes_amount_check;
ALTER TABLE dispute_parts VALIDATE CONSTRAINT dispute_parts_amount_check;
DROP INDEX CONCURRENTLY IF EXISTS disputes_of_payment_once;
CREATE UNIQUE INDEX CONCURRENTLY disputes_of_payment_once ON disputes (payment_id, provider_id);
DROP INDEX CONCURRENTLY IF EXISTS disputes_told_once;
CREATE UNIQUE INDEX CONCURRENTLY disputes_told_once ON disputes (payment_id, told_as) WHERE told_as IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS disputes_by_hand_once;
CREATE UNIQUE INDEX CONCURRENTLY disputes_by_hand_once ON disputes (gateway, provider_id) WHERE by_hand;
