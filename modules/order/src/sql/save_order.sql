-- A change of the locked order $1 from version $9 to $5 and to the status $4, at $6 by $7 because
-- of $8: $2 its parts that moved, each as it was and as it shall be, $3 the entries of the history.
-- Writes one row, or none if anything is not as it was.
WITH parts AS (
    UPDATE store_orders s SET fulfilment = r.fulfilment, settlement = r.settlement,
           paid_at = r.paid_at, return_window_ends_at = r.return_window_ends_at,
           completed_at = r.completed_at, version = s.version + 1, updated_at = $6
    FROM jsonb_to_recordset($2) AS r (
        id uuid, from_fulfilment text, fulfilment text, from_settlement text, settlement text,
        paid_at timestamptz, return_window_ends_at timestamptz, completed_at timestamptz)
    WHERE s.id = r.id AND s.order_id = $1
      AND s.fulfilment = r.from_fulfilment AND s.settlement = r.from_settlement
    RETURNING s.id
), history AS (
    INSERT INTO order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, reason, at)
    SELECT $1, r.part, r.axis, r.from_state, r.to_state, $7, $8, $6
    FROM jsonb_to_recordset($3) AS r (part uuid, axis text, from_state text, to_state text)
)
UPDATE orders SET status = $4, version = $5, updated_at = $6
WHERE id = $1 AND version = $9 AND (SELECT count(*) FROM parts) = jsonb_array_length($2)
