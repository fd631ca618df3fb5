-- How many payouts have taken something else from the money at providers than was paid and did not come
-- back; what was taken back by transfer is counted with that.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payouts o
LEFT JOIN (SELECT payout_id, -sum(amount) AS taken FROM ledger_entries
           WHERE account = 'provider_clearing' AND payout_id IS NOT NULL AND kind <> 'payout_reversed' GROUP BY payout_id) e ON e.payout_id = o.id
WHERE coalesce(e.taken, 0) <> CASE WHEN o.status = 'paid' THEN o.amount ELSE 0 END
