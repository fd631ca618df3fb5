-- The confirmation of orders that are locked: $1 their ids, $2 the payments; the order goes from
-- state $3 to $4, its parts from $5 and $6 to $5 and what $7 says of each order, at $8 by $9; consumers $10 and events $11 go
-- to the inbox, $12 is the list of events. Nobody changes the parts of an order that is pending;
-- how many of each order were changed is told, and whoever finds another number takes all back.
WITH want AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $7::text[]) AS w (order_id, payment_id, settlement)
), o AS (
    UPDATE orders SET status = $4, version = version + 1, updated_at = $8
    WHERE id = ANY ($1::uuid[])
), p AS (
    UPDATE store_orders s SET settlement = w.settlement, version = s.version + 1, updated_at = $8,
           paid_at = CASE WHEN w.settlement = 'paid' THEN $8::timestamptz END
    FROM want w
    WHERE s.order_id = w.order_id AND s.order_id = ANY ($1::uuid[]) AND s.fulfilment = $5 AND s.settlement = $6
    RETURNING s.id, s.order_id, s.settlement
), c AS (
    UPDATE checkouts k SET state = 'confirmed', payment_id = w.payment_id, method = NULL, due_at = NULL,
           version = k.version + 1, updated_at = $8
    FROM want w
    WHERE k.order_id = w.order_id
), h AS (
    INSERT INTO order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at)
    SELECT order_id, id, 'settlement', $6, settlement, $9, $8::timestamptz FROM p
    UNION ALL
    SELECT order_id, NULL, 'status', $3, $4, $9, $8::timestamptz FROM want
), i AS (
    INSERT INTO inbox (consumer, event_id)
    SELECT * FROM unnest($10::text[], $11::uuid[])
    ON CONFLICT DO NOTHING
), e AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT id, name, aggregate_id, aggregate_version, payload, occurred_at
    FROM jsonb_to_recordset($12::jsonb) AS e (
        id uuid, name text, aggregate_id uuid, aggregate_version bigint, payload jsonb, occurred_at timestamptz)
)
SELECT order_id, count(*) AS parts FROM p GROUP BY order_id
