-- What a line may name: charges that wait, and transfers by what their payer writes.
DROP INDEX CONCURRENTLY IF EXISTS manual_charges_waiting;
CREATE INDEX CONCURRENTLY manual_charges_waiting ON manual_charges (payment_id) WHERE state = 'waiting';
DROP INDEX CONCURRENTLY IF EXISTS manual_refunds_waiting;
CREATE INDEX CONCURRENTLY manual_refunds_waiting ON manual_refunds (id) WHERE state = 'waiting';
DROP INDEX CONCURRENTLY IF EXISTS payments_transfers;
CREATE INDEX CONCURRENTLY payments_transfers ON payments (description) WHERE method = 'bank_transfer';
