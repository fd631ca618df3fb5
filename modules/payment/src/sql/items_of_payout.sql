-- What payout $1 claims, or claimed until it came back, with the part that each is of, at most $2.
SELECT i.kind, i.amount, i.currency, s.part
FROM (SELECT entry_id, split_id, kind, amount, currency FROM payout_items WHERE payout_id = $1
      UNION ALL
      SELECT entry_id, split_id, kind, amount, currency FROM payout_ended_items WHERE payout_id = $1) AS i
LEFT JOIN payment_splits s ON s.id = i.split_id
ORDER BY i.entry_id
LIMIT $2
