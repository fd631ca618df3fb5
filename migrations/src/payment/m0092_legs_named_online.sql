-- By which an operator looks an order up whose stores were paid themselves.
DROP INDEX CONCURRENTLY IF EXISTS payment_legs_txid;
CREATE INDEX CONCURRENTLY payment_legs_txid ON payment_legs (txid) WHERE txid IS NOT NULL;
