-- An order with all that belongs to it, in one statement: $1 the order, $2 its store orders,
-- $3 their lines, $4 the checkout, $5 who, from $6 on the columns of its event, from $12 on those
-- of the buyer's key. A key that was used is refused by the checkout's id, which is made of it.
WITH o AS (
    INSERT INTO orders (id, number, user_id, guest_token_hash, email, locale, cart_id, cart_token_hash,
                        cart_held, status, currency, subtotal, discount, shipping, tax, total, shipping_address, billing_address,
                        placed_at, expires_at, version)
    SELECT id, number, user_id, guest_token_hash, email, locale, cart_id, cart_token_hash, true, 'pending', currency,
           subtotal, discount, shipping, tax, total, shipping_address, billing_address,
           placed_at, expires_at, 1
    FROM jsonb_to_record($1) AS r (
        id uuid, number text, user_id uuid, guest_token_hash text, email text, locale text, cart_id uuid,
        cart_token_hash text, currency text, subtotal numeric, discount numeric, shipping numeric, tax numeric, total numeric,
        shipping_address jsonb, billing_address jsonb, placed_at timestamptz, expires_at timestamptz)
    RETURNING id, placed_at
), parts AS (
    INSERT INTO store_orders (id, order_id, position, number, store_id, store_name, fulfilment, settlement,
                              currency, subtotal, discount, shipping, tax, total, commission, earning,
                              shipping_method_id, shipping_method, placed_at, version)
    SELECT r.id, o.id, r.position, r.number, r.store_id, r.store_name, 'pending', 'unpaid',
           r.currency, r.subtotal, r.discount, r.shipping, r.tax, r.total, r.commission, r.earning,
           r.shipping_method_id, r.shipping_method, o.placed_at, 1
    FROM o, jsonb_to_recordset($2) AS r (
        id uuid, position integer, number text, store_id uuid, store_name text, currency text,
        subtotal numeric, discount numeric, shipping numeric, tax numeric, total numeric,
        commission numeric, earning numeric, shipping_method_id uuid, shipping_method text)
    RETURNING id, order_id, placed_at
), lines AS (
    INSERT INTO order_items (id, store_order_id, position, store_id, variant_id, product_id, title, sku,
                             options, image, currency, quantity, unit_price, discount, tax, total,
                             commission_rule, commission_rate, commission_base, commission)
    SELECT id, store_order_id, position, store_id, variant_id, product_id, title, sku,
           options, nullif(image, 'null'::jsonb), currency, quantity, unit_price, discount, tax, total,
           commission_rule, commission_rate, commission_base, commission
    FROM jsonb_to_recordset($3) AS r (
        id uuid, store_order_id uuid, position integer, store_id uuid, variant_id uuid, product_id uuid,
        title text, sku text, options jsonb, image jsonb, currency text, quantity integer,
        unit_price numeric, discount numeric, tax numeric, total numeric,
        commission_rule uuid, commission_rate numeric, commission_base numeric, commission numeric)
), history AS (
    INSERT INTO order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at)
    SELECT o.id, NULL::uuid, 'status', NULL, 'pending', $5, o.placed_at FROM o
    UNION ALL
    SELECT p.order_id, p.id, first.axis, NULL, first.state, $5, p.placed_at
    FROM parts p, (VALUES ('fulfilment', 'pending'), ('settlement', 'unpaid')) AS first (axis, state)
), decided AS (
    INSERT INTO decided_ids (order_id, decided_at) SELECT id, placed_at FROM o
), told AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT $6, $7, $8, $9, $10, $11 FROM o
), keyed AS (
    INSERT INTO idempotency_key (caller, route, key, fingerprint, outcome, used_at)
    SELECT $12, $13, $14, $15, $16, $17 FROM o
    ON CONFLICT (caller, route, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, outcome = excluded.outcome, used_at = excluded.used_at
        WHERE idempotency_key.used_at < $18
)
INSERT INTO checkouts (id, caller, key, fingerprint, order_id, state, attempt, method, reservation, due_at)
SELECT r.id, r.caller, r.key, r.fingerprint, o.id, 'paying', 1, r.method, r.reservation, r.due_at
FROM o, jsonb_to_record($4) AS r (
    id uuid, caller text, key text, fingerprint text, method jsonb, reservation uuid, due_at timestamptz)
RETURNING order_id
