-- Legs of store $1 that their buyers pay by PIX before anything is sold: those of the txids $2, and the newest $3 of
-- those that wait; $4 is now. One whose payment has no charge yet cannot be settled: it was only just begun.
SELECT l.split_id, l.part, p.reference, l.amount, l.currency, l.txid,
       CASE WHEN l.status = 'paid' THEN 'paid'
            WHEN l.status = 'open' AND p.status = 'pending' AND p.expires_at > $4
                THEN CASE WHEN p.transaction_id IS NULL THEN 'begun' ELSE 'open' END
            ELSE 'late' END AS state
FROM (SELECT payment_id, position FROM payment_legs WHERE txid = ANY ($2::text[]) AND store_id = $1
      UNION
      (SELECT payment_id, position FROM payment_legs WHERE store_id = $1 AND status = 'open' AND txid IS NOT NULL
       ORDER BY created_at DESC LIMIT $3)) AS n
JOIN payment_legs l ON l.payment_id = n.payment_id AND l.position = n.position
JOIN payments p ON p.id = l.payment_id
