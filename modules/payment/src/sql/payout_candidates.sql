-- Stores and currencies after ($1, $2) with something to claim, at most $3, without those that
-- run $4 paid; only store $5, if it is given.
SELECT store_id, currency FROM payout_items WHERE payout_id IS NULL AND (store_id, currency) > ($1, $2)
  AND ($5::uuid IS NULL OR store_id = $5)
  AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.run_id = $4
                  AND p.store_id = payout_items.store_id AND p.currency = payout_items.currency)
GROUP BY store_id, currency HAVING sum(amount) > 0 ORDER BY store_id, currency LIMIT $3
