-- Payments by hand that wait for their money, which the marketplace is paid, the newest $1 of them; $2 is now.
-- Scans charges that wait.
SELECT p.id, p.amount, p.currency, c.txid, p.description,
       CASE WHEN p.status = 'pending' AND p.expires_at > $2 THEN 'open' ELSE 'late' END AS state
FROM (SELECT payment_id, txid FROM manual_charges WHERE state = 'waiting' AND NOT on_delivery AND NOT to_stores
      ORDER BY payment_id DESC LIMIT $1) AS c
JOIN payments p ON p.id = c.payment_id
