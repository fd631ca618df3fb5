-- How many splits have another commission in the ledger than they keep.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payment_splits s JOIN payments p ON p.id = s.payment_id
LEFT JOIN payment_legs l ON l.split_id = s.id
LEFT JOIN (SELECT split_id, -sum(amount) AS kept FROM ledger_entries
           WHERE account = 'platform_commission' GROUP BY split_id) e ON e.split_id = s.id
WHERE coalesce(e.kept, 0) <> CASE WHEN CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END IS NULL THEN 0 ELSE s.commission - s.commission_reversed END
