-- Payments are found by what banks and providers call them.
DROP INDEX CONCURRENTLY IF EXISTS payments_txid;
CREATE INDEX CONCURRENTLY payments_txid ON payments (txid) WHERE txid IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS payments_charge;
CREATE INDEX CONCURRENTLY payments_charge ON payments (transaction_id) WHERE transaction_id IS NOT NULL;
