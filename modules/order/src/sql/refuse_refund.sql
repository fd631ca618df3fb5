-- The refund under the key $4, of the payment $1 of the order $2, was refused at $5: the next one
-- is asked for under $3. Two who saw the same refusal count it once.
INSERT INTO refused_refunds AS r (payment_id, order_id, next_key, updated_at)
VALUES ($1, $2, $3, $5)
ON CONFLICT (payment_id) DO UPDATE
    SET next_key = excluded.next_key, times = r.times + 1, updated_at = excluded.updated_at
    WHERE r.next_key = $4
