-- Variants, their stock and its first movements: $1 the variants, $2 the product, $3 its store, $4 currency,
-- $5 the movements' reason, $6 their reference, $7 who, $8 now.
WITH new AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS n (
        id uuid, sku text, options jsonb, price numeric, compare_at numeric, weight_grams integer, barcode text,
        position integer, quantity integer, imported_quantity integer, stock_policy text, movement uuid)
), made AS (
    INSERT INTO variants (id, product_id, store_id, sku, options, price, compare_at, currency, weight_grams,
                          barcode, position, imported_quantity)
    SELECT id, $2::uuid, $3::uuid, sku, options, price, compare_at, $4::text, weight_grams, barcode, position,
           imported_quantity
    FROM new
), stock AS (
    INSERT INTO inventory (variant_id, product_id, store_id, on_hand, stock_policy)
    SELECT id, $2::uuid, $3::uuid, quantity, stock_policy FROM new
)
INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, actor, at)
SELECT movement, id, $3::uuid, quantity, 0, $5::text, $6::text, $7::text, $8::timestamptz FROM new WHERE quantity > 0
