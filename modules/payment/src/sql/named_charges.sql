-- Payments by hand that lines of a statement name: by txid ($1), or transfers by what their payer writes
-- ($2); $3 is now. Where a line is the money of one, that one is told of.
SELECT p.id, p.amount, p.currency, c.txid, p.description,
       CASE WHEN (SELECT count(*) FROM statement_lines l
                  WHERE l.payment_id = p.id AND l.state IN ('matching', 'matched')) > 0 THEN 'told'
            WHEN c.state = 'paid' THEN 'paid'
            WHEN c.state = 'waiting' AND p.status = 'pending' AND p.expires_at > $3 THEN 'open'
            ELSE 'late' END AS state
FROM (SELECT payment_id FROM manual_charges WHERE txid = ANY ($1::text[])
      UNION
      SELECT id FROM payments WHERE method = 'bank_transfer' AND description = ANY ($2::text[])) AS n
JOIN manual_charges c ON c.payment_id = n.payment_id
JOIN payments p ON p.id = c.payment_id
-- What stores are paid themselves is on no statement of the marketplace.
WHERE NOT c.to_stores
