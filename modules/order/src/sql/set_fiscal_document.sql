-- The part $1 of the locked order $2 has the fiscal document with the key $3, series $4, number $5, and the
-- file of the type $6 under the key $7, if there is one, since $8; another one that it had is replaced. Writes one
-- row.
WITH document AS (
    INSERT INTO fiscal_documents (store_order_id, key, series, number, media_type, file_key, added_at, updated_at)
    VALUES ($1, $3, $4, $5, $6, $7, $8, $8)
    ON CONFLICT (store_order_id) DO UPDATE
    SET key = EXCLUDED.key, series = EXCLUDED.series, number = EXCLUDED.number,
        media_type = EXCLUDED.media_type, file = NULL, file_key = EXCLUDED.file_key,
        added_at = EXCLUDED.added_at, updated_at = EXCLUDED.updated_at
), part AS (
    UPDATE store_orders SET documented_at = $8, version = version + 1, updated_at = $8
    WHERE id = $1 AND order_id = $2 RETURNING order_id
)
UPDATE orders SET version = version + 1, updated_at = $8 WHERE id = (SELECT order_id FROM part)
