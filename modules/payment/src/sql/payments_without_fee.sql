-- Payments of provider $1 captured after ($2, $3), whose fee is not known, at most $4; with $5 only those
-- whose interest their payer does not bear.
SELECT id, transaction_id AS charge, captured_at FROM payments
WHERE gateway = $1 AND captured_at IS NOT NULL AND fee IS NULL AND (captured_at, id) > ($2, $3)
  AND (NOT $5 OR interest_borne_by IN ('marketplace', 'store'))
ORDER BY captured_at, id LIMIT $4
