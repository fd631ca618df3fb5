-- Makes a refund and sets its parts aside; tells how many splits had as much left.
-- $1 id, $2 key, $3 payment, $4 amount, $5 currency, $6 reason, $7 when to ask again, $8 now,
-- $9 splits, $10 the amount of each, $11 who bears it, $12 whether the commission is kept.
WITH r AS (INSERT INTO refunds (id, key, payment_id, amount, currency, reason, status, next_attempt_at, created_at,
                                borne_by, keeps_commission, holds)
           VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $11, $12, true) RETURNING id),
     a AS (SELECT * FROM unnest($9::uuid[], $10::numeric[]) AS a (split_id, amount)),
     i AS (INSERT INTO refund_parts (refund_id, split_id, amount, created_at)
           SELECT r.id, a.split_id, a.amount, $8 FROM r, a)
UPDATE payment_splits s SET refunding = s.refunding + a.amount, updated_at = $8 FROM a
WHERE s.id = a.split_id AND NOT EXISTS (SELECT 1 FROM payment_legs l WHERE l.split_id = s.id AND l.status <> 'paid')
  AND s.refunded + s.refunding + s.disputed + a.amount <= s.amount
