-- schemas: orders
-- A fiscal document's key has its check digit and says its series and number, and a store order is marked as documented when, and only when, it has one.
SELECT s.id AS store_order, d.key, s.documented_at
FROM orders.store_orders s FULL JOIN orders.fiscal_documents d ON d.store_order_id = s.id
WHERE (s.documented_at IS NULL) <> (d.store_order_id IS NULL)
   OR substr(d.key, 23, 3)::int <> d.series OR substr(d.key, 26, 9)::int <> d.number
   OR right(d.key, 1)::int <> (
        SELECT CASE WHEN sum(w.digit * w.weight) % 11 < 2 THEN 0 ELSE 11 - sum(w.digit * w.weight) % 11 END
        FROM (SELECT substr(d.key, 44 - n, 1)::int AS digit, 2 + (n - 1) % 8 AS weight
              FROM generate_series(1, 43) AS n) w)
