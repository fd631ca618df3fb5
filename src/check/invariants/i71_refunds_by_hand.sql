-- schemas: payments
-- The book of what is sent by hand and the refunds agree: what was sent is made, or about to be, and did not come back; what nobody will send was withdrawn, and what came back is here again.
SELECT r.id AS refund, r.payment_id AS payment, m.state, r.status
FROM payments.manual_refunds m JOIN payments.refunds r ON r.id = m.id
WHERE m.payment_id <> r.payment_id OR m.amount <> r.amount
   OR NOT CASE m.state
          WHEN 'waiting' THEN r.withdrawn_at IS NULL AND r.returned_at IS NULL
          WHEN 'sent' THEN r.status <> 'failed'
          WHEN 'withdrawn' THEN r.withdrawn_at IS NOT NULL
          ELSE r.returned_at IS NOT NULL END
