-- schemas: payments
-- Of each payment, but for what stores were paid themselves, the ledger holds what was captured, less what was given back and did not come back, or was lost in disputes, and says whose it is: the stores' and the marketplace's, less what the marketplace gave of its own, and what a provider paid to stores' own accounts there.
SELECT p.id AS payment, p.status, p.amount, back.given AS given_back, e.captured, e.returned, e.lost, e.owed, e.commission, e.promoted, e.there
FROM payments.payments p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.amount), 0) AS given FROM payments.refunds r
    WHERE r.payment_id = p.id AND r.status = 'completed'
      AND NOT EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.payment_id = p.id)) back
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.amount) FILTER (WHERE l.account = 'provider_clearing' AND l.kind = 'capture'), 0) AS captured,
           coalesce(-sum(l.amount) FILTER (WHERE l.account = 'provider_clearing' AND l.store_id IS NULL AND l.kind IN ('refund', 'refund_returned')), 0) AS returned,
           -- What has a store's name went to its account, or came back of it.
           coalesce(-sum(l.amount) FILTER (WHERE l.account = 'provider_clearing' AND l.store_id IS NOT NULL), 0) AS there,
           -- Of the provider's money and of what it keeps back; what it took twice is nobody's.
           coalesce(-sum(l.amount) FILTER (WHERE l.account IN ('provider_clearing', 'provider_disputed', 'write_offs')
                                             AND l.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost')), 0) AS lost,
           coalesce(-sum(l.amount) FILTER (WHERE l.account IN ('seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_receivable')
                                             AND l.kind <> 'fee'), 0) AS owed,
           coalesce(-sum(l.amount) FILTER (WHERE l.account = 'platform_commission'), 0) AS commission,
           coalesce(sum(l.amount) FILTER (WHERE l.account = 'platform_promotions'), 0) AS promoted
    FROM payments.ledger_entries l WHERE l.payment_id = p.id) e
-- What providers took has a rule of its own.
WHERE e.captured <> CASE WHEN p.captured_at IS NULL OR EXISTS (SELECT 1 FROM payments.payment_legs l WHERE l.payment_id = p.id)
                        THEN 0 ELSE p.amount END
   OR e.returned <> back.given
   OR e.captured - e.returned - e.lost - e.there <> e.owed + e.commission - e.promoted
