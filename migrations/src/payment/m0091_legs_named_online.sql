-- By which an operator looks an order up.
CREATE INDEX CONCURRENTLY IF NOT EXISTS payment_legs_by_txid ON payment_legs (txid) WHERE txid IS NOT NULL
