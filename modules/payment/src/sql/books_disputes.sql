-- How many payments have something else kept back in the ledger than their open disputes keep.
SELECT count(*) FROM (SELECT payment_id, sum(amount) FILTER (WHERE account = 'provider_disputed') AS held,
                             -sum(amount) FILTER (WHERE account = 'seller_disputed') AS kept
                      FROM ledger_entries WHERE account IN ('provider_disputed', 'seller_disputed') GROUP BY payment_id) b
FULL JOIN (SELECT d.payment_id, sum(p.amount) AS held, sum(p.earning) AS kept
           FROM disputes d JOIN dispute_parts p ON p.dispute_id = d.id
           WHERE d.state IN ('opened', 'evidence_sent') GROUP BY d.payment_id) o USING (payment_id)
WHERE coalesce(b.held, 0) <> coalesce(o.held, 0) OR coalesce(b.kept, 0) <> coalesce(o.kept, 0)
