-- How many payouts have opened something else in the ledger than what came back, or claim something still.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payouts o
LEFT JOIN (SELECT payout_id, -sum(amount) AS opened FROM ledger_entries
           WHERE kind = 'payout_returned' AND account = 'seller_payable' GROUP BY payout_id) e ON e.payout_id = o.id
WHERE coalesce(e.opened, 0) <> CASE WHEN o.status IN ('failed', 'returned') THEN o.amount ELSE 0 END
   OR (o.status IN ('failed', 'returned') AND EXISTS (SELECT 1 FROM payout_items i WHERE i.payout_id = o.id))
