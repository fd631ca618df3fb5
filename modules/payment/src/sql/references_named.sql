-- What payments are for that are known as $1, or as a txid as $2, or have the id $3: the newest first, at most 10.
SELECT p.reference
FROM (SELECT id FROM payments WHERE txid = ANY (ARRAY[$1, $2])
      UNION
      SELECT id FROM payments WHERE transaction_id = $1
      UNION
      SELECT id FROM payments WHERE end_to_end_id IS NOT NULL AND end_to_end_id = $1
      UNION
      SELECT payment_id FROM payment_legs WHERE txid IS NOT NULL AND txid = ANY (ARRAY[$1, $2])
      UNION
      SELECT id FROM payments WHERE id = $3) AS n
JOIN payments p ON p.id = n.id
ORDER BY p.created_at DESC LIMIT 10
