-- schemas: payments
-- What leaves a store's account at a provider is that store's, in the account's currency, one at a time and never after the account was emptied; what was asked for has an outcome within a week.
-- That week is told by what was written last of accounts and withdrawals, not by now().
SELECT w.id AS withdrawal, w.account_id AS account, 'of another store or currency' AS what, w.store_id AS found, a.store_id AS kept
FROM payments.account_withdrawals w LEFT JOIN payments.split_accounts a ON a.id = w.account_id
WHERE (w.store_id, w.currency) IS DISTINCT FROM (a.store_id, a.currency)
UNION ALL
SELECT w.id, w.account_id, 'after it was emptied', NULL, NULL
FROM payments.account_withdrawals w JOIN payments.split_accounts a ON a.id = w.account_id
WHERE w.created_at > a.emptied_at
UNION ALL
SELECT NULL, a.id, 'emptied, and something is in it', a.store_id, NULL
FROM payments.split_accounts a WHERE a.emptied_at IS NOT NULL AND a.balance <> 0
UNION ALL
SELECT w.id, w.account_id, 'two at once', NULL, NULL
FROM payments.account_withdrawals w JOIN payments.account_withdrawals o ON o.account_id = w.account_id AND o.id <> w.id
WHERE (w.created_at, w.id) < (o.created_at, o.id) AND coalesce(w.ended_at, 'infinity') > o.created_at
UNION ALL
SELECT w.id, w.account_id, 'nobody knows what became of it', NULL, NULL
FROM payments.account_withdrawals w
WHERE w.state = 'asked'
  AND w.created_at < (SELECT max(at) FROM (SELECT max(a.updated_at) AS at FROM payments.split_accounts a
                                           UNION ALL SELECT max(o.updated_at) FROM payments.account_withdrawals o) AS newest) - interval '7 days'
