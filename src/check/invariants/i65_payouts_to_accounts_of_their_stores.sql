-- schemas: payments, stores
-- A payout goes to an account that its store gave, and that was the newest one when the payout was made.
SELECT p.id AS payout, p.store_id AS store, p.account_changed_at, newer.changed_at AS newer
FROM payments.payouts p
LEFT JOIN LATERAL (SELECT true AS given FROM stores.payout_accounts a
                   WHERE a.store_id = p.store_id AND a.changed_at = p.account_changed_at LIMIT 1) own ON true
-- One that is given while the payout is made may be missed.
LEFT JOIN LATERAL (SELECT a.changed_at FROM stores.payout_accounts a
                   WHERE a.store_id = p.store_id AND a.changed_at > p.account_changed_at
                     AND a.changed_at < p.created_at - interval '1 minute' LIMIT 1) newer ON true
WHERE p.account_changed_at IS NOT NULL AND (own.given IS NULL OR newer.changed_at IS NOT NULL)
