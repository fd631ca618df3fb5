-- Of each part of $1 the split of the payment that it was paid with, one that is not refunded first, else
-- of its newest attempt; with the state of the payout that claims its earning. At most 100 parts.
SELECT DISTINCT ON (s.part) s.part, s.store_id, p.currency, s.amount, s.commission, s.refunded, s.refunding,
       s.commission_reversed, p.captured_at IS NOT NULL AS captured, s.released_at IS NOT NULL AS released,
       o.status AS payout
FROM payment_splits s JOIN payments p ON p.id = s.payment_id
LEFT JOIN LATERAL (SELECT i.payout_id FROM payout_items i
                   WHERE i.split_id = s.id AND i.kind = 'release' AND i.amount > 0 LIMIT 1) i ON true
LEFT JOIN payouts o ON o.id = i.payout_id
WHERE s.part = ANY ($1::uuid[])
ORDER BY s.part, p.captured_at IS NULL, p.status = 'refunded', p.attempt DESC
LIMIT 100
