-- Of each part of $1 the split of the payment that it was paid with, of several first one that is not given back as a
-- sale that came to nothing, which nobody bears, and is not refunded, the first that was captured; else of its newest
-- attempt; with the state of the payout that claims its earning and the fees that its store bears. At most 100 parts.
SELECT DISTINCT ON (s.part) s.part, s.store_id, p.currency, s.amount, s.commission, s.refunded, s.refunding,
       s.commission_reversed, s.commission_kept, s.promoted, s.fee AS fees,
       s.disputed, s.disputed_commission,
       p.card_instalments, p.instalments_total, p.interest_borne_by,
       (SELECT coalesce(sum(i.amount), 0) FROM dispute_parts i JOIN disputes d ON d.id = i.dispute_id
        WHERE i.split_id = s.id AND d.state = 'lost') AS lost,
       going.promoting, going.keeping,
       CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END IS NOT NULL AS captured,
       l.split_id IS NOT NULL AS to_store, coalesce(s.there = 'paid', false) AS paid_there,
       (s.released_at IS NOT NULL OR s.settled > 0) AS released, s.released_at,
       o.status AS payout, o.paid_at
FROM payment_splits s JOIN payments p ON p.id = s.payment_id LEFT JOIN payment_legs l ON l.split_id = s.id
CROSS JOIN LATERAL (SELECT coalesce(sum(i.amount) FILTER (WHERE r.borne_by = 'marketplace'), 0) AS promoting,
                           coalesce(sum(i.amount) FILTER (WHERE r.keeps_commission), 0) AS keeping
                    FROM refund_parts i CROSS JOIN LATERAL (
                        SELECT one.status, one.borne_by, one.keeps_commission FROM refunds one
                        WHERE one.id = i.refund_id LIMIT 1) r
                    WHERE i.split_id = s.id AND r.status = 'pending') going
LEFT JOIN LATERAL (SELECT i.payout_id FROM payout_items i
                   WHERE i.split_id = s.id AND i.amount > 0
                     AND i.kind IN ('release', 'rest_released', 'dispute_won', 'refund_freed')
                   ORDER BY i.created_at DESC LIMIT 1) i ON true
LEFT JOIN payouts o ON o.id = i.payout_id
WHERE s.part = ANY ($1::uuid[])
ORDER BY s.part, CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END IS NULL,
         EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.borne_by IS NULL LIMIT 1),
         p.status = 'refunded', CASE WHEN l.split_id IS NULL THEN p.captured_at ELSE l.paid_at END, p.attempt DESC
LIMIT 100
