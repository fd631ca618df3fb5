-- The parts of reference $1 that its buyer was told to pay to their stores before anything is sold, at most $2.
SELECT DISTINCT l.part FROM payments p JOIN payment_legs l ON l.payment_id = p.id
WHERE p.reference = $1 AND p.to_stores AND p.transaction_id IS NOT NULL
ORDER BY l.part LIMIT $2
