-- schemas: payments
-- The evidence of a dispute is sent once, is known to be sent from then on, and is not changed any more.
SELECT d.id AS dispute, d.payment_id AS payment, 'sent more than once' AS what, count(*) AS times
FROM payments.disputes d
JOIN payments.transactions x ON x.payment_id = d.payment_id AND x.kind = 'dispute' AND x.gateway_id = d.provider_id
                            AND x.outcome = 'evidence_sent'
GROUP BY d.id HAVING count(*) > 1
UNION ALL
SELECT d.id, d.payment_id, 'sent, and nobody knows when', NULL
FROM payments.disputes d WHERE d.state = 'evidence_sent' AND d.evidence_sent_at IS NULL
UNION ALL
SELECT d.id, d.payment_id, 'known to be sent, and never was', NULL
FROM payments.disputes d
WHERE d.evidence_sent_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM payments.transactions x WHERE x.payment_id = d.payment_id AND x.kind = 'dispute'
                  AND x.gateway_id = d.provider_id AND x.outcome = 'evidence_sent')
UNION ALL
SELECT d.id, d.payment_id, 'changed after it was sent', count(*)
FROM payments.disputes d JOIN payments.dispute_evidence e ON e.dispute_id = d.id
WHERE e.updated_at > d.evidence_sent_at
GROUP BY d.id
