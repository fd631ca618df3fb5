-- What the open items of store $1 in currency $2 sum to: they are locked, so that no payout claims them.
SELECT coalesce(sum(amount), 0) AS open
FROM (SELECT amount FROM payout_items WHERE store_id = $1 AND currency = $2 AND payout_id IS NULL
      ORDER BY entry_id FOR UPDATE) AS items
