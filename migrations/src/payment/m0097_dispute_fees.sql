-- What of a dispute's fee the part's store bears, of those that were told before this was kept. It is read from the
-- ledger in one transaction, in which nobody else writes to the table: else a fee that is booked meanwhile would be
-- overwritten by what the ledger said before. Readers go on.
LOCK TABLE dispute_parts IN SHARE ROW EXCLUSIVE MODE;

-- Of what splits bear of fees, what was taken neither for the charge nor for a refund. The first fee of a dispute has
-- the dispute as its source; a change of it has a source of its own, and is of the payment's newest dispute with a
-- fee that took of the split: of the only one, nearly always.
WITH taken AS (
    SELECT e.payment_id, e.split_id, t.source_id, sum(e.amount) AS fee
    FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE e.kind = 'fee' AND e.split_id IS NOT NULL AND t.source_id <> e.payment_id
      AND EXISTS (SELECT 1 FROM disputes d WHERE d.payment_id = e.payment_id AND d.fee_currency IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.id = t.source_id)
    GROUP BY e.payment_id, e.split_id, t.source_id
), whose AS (
    SELECT t.split_id, t.fee,
           (SELECT d.id FROM disputes d JOIN dispute_parts i ON i.dispute_id = d.id AND i.split_id = t.split_id
            WHERE d.payment_id = t.payment_id AND d.fee_currency IS NOT NULL
            ORDER BY d.id = t.source_id DESC, d.opened_at DESC, d.id DESC LIMIT 1) AS dispute_id
    FROM taken t
)
UPDATE dispute_parts p SET fee = w.fee
FROM (SELECT dispute_id, split_id, sum(fee) AS fee FROM whose GROUP BY dispute_id, split_id) w
WHERE p.dispute_id = w.dispute_id AND p.split_id = w.split_id AND p.fee <> w.fee;
