-- How many payouts that stand are not the sum of their items.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payouts o WHERE o.status NOT IN ('failed', 'returned') AND o.amount <>
   (SELECT coalesce(sum(i.amount), 0) FROM payout_items i WHERE i.payout_id = o.id)
