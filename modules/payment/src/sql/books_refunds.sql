-- How many payments have something else held for refunds in the ledger than those of them that run say, and how
-- many refunds hold something though they ended, or nothing though they run (one of an earlier release is not
-- asked).
-- Scans the books, for an operator who audits them: it is a search.
SELECT (SELECT count(*) FROM (SELECT payment_id, -sum(amount) AS held FROM ledger_entries
                              WHERE account = 'seller_refunding' GROUP BY payment_id) b
        FULL JOIN (SELECT r.payment_id, -sum(e.amount) AS held FROM refunds r
                   JOIN ledger_transactions t ON t.kind = 'refund_held' AND t.source_id = r.id
                   JOIN ledger_entries e ON e.transaction_id = t.id AND e.account = 'seller_refunding'
                   WHERE r.holds GROUP BY r.payment_id) r USING (payment_id)
        WHERE coalesce(b.held, 0) <> coalesce(r.held, 0))
     + (SELECT count(*) FROM refunds WHERE holds <> (status = 'pending'))
