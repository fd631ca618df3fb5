-- How many payments have another fee in the ledger than their provider told, and how many splits bear
-- another part of it.
-- Scans the books, for an operator who audits them: it is a search.
SELECT (SELECT count(*) FROM payments p
        LEFT JOIN (SELECT l.payment_id, -sum(l.amount) AS fee FROM ledger_entries l
                   JOIN ledger_transactions t ON t.id = l.transaction_id AND t.source_id = l.payment_id
                   WHERE l.kind = 'fee' AND l.account = 'provider_clearing' GROUP BY l.payment_id) e ON e.payment_id = p.id
        WHERE coalesce(e.fee, 0) <> coalesce(p.fee, 0))
     + (SELECT count(*) FROM payment_splits s
        LEFT JOIN (SELECT split_id, sum(amount) AS fee FROM ledger_entries
                   WHERE kind = 'fee' AND split_id IS NOT NULL GROUP BY split_id) e ON e.split_id = s.id
        WHERE coalesce(e.fee, 0) <> s.fee)
