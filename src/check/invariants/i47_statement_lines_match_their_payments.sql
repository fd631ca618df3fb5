-- schemas: payments
-- A line of a bank statement that is matched is as much as its payment, which was marked as paid.
SELECT l.id AS line, l.payment_id, l.amount, l.currency, c.amount AS charged, c.state
FROM payments.statement_lines l
JOIN payments.payments p ON p.id = l.payment_id
LEFT JOIN payments.manual_charges c ON c.payment_id = l.payment_id
WHERE l.state IN ('matching', 'matched')
  AND ((l.amount, l.currency) IS DISTINCT FROM (p.amount, p.currency)
       OR (l.state = 'matched' AND c.state IS DISTINCT FROM 'paid'))
