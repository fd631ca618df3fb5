-- Orders with all that belongs to them: lists of rows, $1 the orders, $2 their
-- store orders, $3 the lines of those, $4 the checkouts, $5 the events, $6 the buyers' keys; $7 the
-- moment before which a key is forgotten. Two of a list have neither one id nor one checkout, whose id
-- is made of caller and key. Answers for each order whether it was written: not one of an id, number,
-- cart or checkout that has an order, or of an id that was given up; and whether it was its number.
-- The rest is written of those that are in `o` only.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (
        id uuid, checkout_id uuid, number text, user_id uuid, guest_token_hash text, email text, locale text,
        cart_id uuid, cart_token_hash text, currency text, subtotal numeric, discount numeric, shipping numeric,
        tax numeric, total numeric, shipping_address jsonb, billing_address jsonb, placed_at timestamptz,
        expires_at timestamptz)
), o AS (
    INSERT INTO orders (id, number, user_id, guest_token_hash, email, locale, cart_id, cart_token_hash,
                        cart_held, status, currency, subtotal, discount, shipping, tax, total,
                        shipping_address, billing_address, placed_at, expires_at, version)
    SELECT id, number, user_id, guest_token_hash, email, locale, cart_id, cart_token_hash, true, 'pending', currency,
           subtotal, discount, shipping, tax, total, shipping_address, billing_address, placed_at, expires_at, 1
    FROM want w
    -- Counted: a join with none of them may be planned as one with all.
    WHERE (SELECT count(*) FROM decided_ids d WHERE d.order_id = w.id) = 0
      AND (SELECT count(*) FROM checkouts c WHERE c.id = w.checkout_id) = 0
    ON CONFLICT DO NOTHING
    RETURNING id, placed_at
), parts AS (
    INSERT INTO store_orders (id, order_id, position, number, store_id, store_name, fulfilment, settlement,
                              currency, subtotal, discount, shipping, tax, total, commission, earning,
                              shipping_method_id, shipping_method, placed_at, version)
    SELECT r.id, r.order_id, r.position, r.number, r.store_id, r.store_name, 'pending', 'unpaid',
           r.currency, r.subtotal, r.discount, r.shipping, r.tax, r.total, r.commission, r.earning,
           r.shipping_method_id, r.shipping_method, o.placed_at, 1
    FROM jsonb_to_recordset($2::jsonb) AS r (
        id uuid, order_id uuid, position integer, number text, store_id uuid, store_name text, currency text,
        subtotal numeric, discount numeric, shipping numeric, tax numeric, total numeric,
        commission numeric, earning numeric, shipping_method_id uuid, shipping_method text)
    JOIN o ON o.id = r.order_id
), lines AS (
    INSERT INTO order_items (id, store_order_id, position, store_id, variant_id, product_id, title, sku,
                             options, image, currency, quantity, unit_price, discount, tax, total,
                             commission_rule, commission_rate, commission_base, commission)
    SELECT r.id, r.store_order_id, r.position, r.store_id, r.variant_id, r.product_id, r.title, r.sku,
           r.options, nullif(r.image, 'null'::jsonb), r.currency, r.quantity, r.unit_price, r.discount, r.tax, r.total,
           r.commission_rule, r.commission_rate, r.commission_base, r.commission
    FROM jsonb_to_recordset($3::jsonb) AS r (
        id uuid, order_id uuid, store_order_id uuid, position integer, store_id uuid, variant_id uuid, product_id uuid,
        title text, sku text, options jsonb, image jsonb, currency text, quantity integer,
        unit_price numeric, discount numeric, tax numeric, total numeric,
        commission_rule uuid, commission_rate numeric, commission_base numeric, commission numeric)
    JOIN o ON o.id = r.order_id
), decided AS (
    INSERT INTO decided_ids (order_id, decided_at) SELECT id, placed_at FROM o
), told AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT e.id, e.name, e.aggregate_id, e.aggregate_version, e.payload, e.occurred_at
    FROM jsonb_to_recordset($5::jsonb) AS e (
        id uuid, name text, aggregate_id uuid, aggregate_version bigint, payload jsonb, occurred_at timestamptz)
    JOIN o ON o.id = e.aggregate_id
), keyed AS (
    INSERT INTO idempotency_key (caller, route, key, fingerprint, outcome, used_at)
    SELECT k.caller, k.route, k.key, k.fingerprint, k.outcome, k.used_at
    FROM jsonb_to_recordset($6::jsonb) AS k (
        caller text, route text, key text, fingerprint text, outcome jsonb, used_at timestamptz)
    JOIN o ON o.id = (k.outcome ->> 'order')::uuid
    ON CONFLICT (caller, route, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, outcome = excluded.outcome, used_at = excluded.used_at
        WHERE idempotency_key.used_at < $7
), paying AS (
    INSERT INTO checkouts (id, fingerprint, order_id, state, attempt, method, reservation, due_at)
    SELECT r.id, r.fingerprint, o.id, 'paying', 1, r.method, r.reservation, r.due_at
    FROM o
    JOIN jsonb_to_recordset($4::jsonb) AS r (
        id uuid, fingerprint text, order_id uuid, method jsonb, reservation uuid, due_at timestamptz)
        ON r.order_id = o.id
)
SELECT w.id, o.id IS NOT NULL AS written,
       o.id IS NULL AND (SELECT count(*) FROM orders n WHERE n.number = w.number AND n.id <> w.id) > 0 AS number_taken
FROM want w LEFT JOIN o ON o.id = w.id
