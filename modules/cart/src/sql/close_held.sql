-- Completes carts that are held for orders, and publishes it: $1 a list of carts with their orders
-- and events, $2 the status after, $3 now, $4 the event's name, whose version is put into its
-- payload, $5 held. Answers the ids of those that were completed: not one that is not held for its order.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (cart uuid, "order" uuid, event uuid, payload jsonb)
), done AS (
    UPDATE carts c SET status = $2, version = c.version + 1, updated_at = $3
    FROM want w
    WHERE c.id = ANY (ARRAY(SELECT cart FROM want)) AND c.id = w.cart AND c.status = $5 AND c.order_id = w."order"
    RETURNING c.id, c.version, w.event, w.payload
), told AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT event, $4, id, version, jsonb_set(payload, '{version}', to_jsonb(version)), $3::timestamptz FROM done
)
SELECT id FROM done
