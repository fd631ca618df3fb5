-- schemas: orders
-- An order's total is the sum of its store orders, a store order's is lines + shipping + tax - discount, nothing is negative, and there is one currency.
SELECT o.id AS order_id, NULL::uuid AS store_order_id, 'the order is not the sum of its store orders' AS what
FROM orders.orders o
LEFT JOIN LATERAL (
    SELECT sum(s.total) AS total, sum(s.subtotal) AS subtotal, sum(s.discount) AS discount,
           sum(s.shipping) AS shipping, sum(s.tax) AS tax
    FROM orders.store_orders s WHERE s.order_id = o.id) s ON true
WHERE (o.total, o.subtotal, o.discount, o.shipping, o.tax)
      IS DISTINCT FROM (s.total, s.subtotal, s.discount, s.shipping, s.tax)
UNION ALL
SELECT s.order_id, s.id, 'the store order is not lines + shipping + tax - discount'
FROM orders.store_orders s
LEFT JOIN LATERAL (
    SELECT sum(i.total) AS total, sum(i.unit_price * i.quantity) AS subtotal,
           sum(i.discount) AS discount, sum(i.tax) AS tax
    FROM orders.order_items i WHERE i.store_order_id = s.id) i ON true
WHERE s.total IS DISTINCT FROM i.subtotal + s.shipping + s.tax - s.discount
   OR s.subtotal IS DISTINCT FROM i.subtotal OR s.discount < i.discount OR s.tax < i.tax
UNION ALL
SELECT s.order_id, s.id, 'a component is negative'
FROM orders.store_orders s JOIN orders.orders o ON o.id = s.order_id
WHERE least(s.subtotal, s.discount, s.shipping, s.tax, s.total, s.commission, s.earning,
            o.subtotal, o.discount, o.shipping, o.tax, o.total) < 0
   OR EXISTS (SELECT 1 FROM orders.order_items i WHERE i.store_order_id = s.id
              AND least(i.quantity, i.unit_price, i.discount, i.tax, i.total, i.commission) < 0)
UNION ALL
SELECT s.order_id, s.id, 'more than one currency'
FROM orders.store_orders s JOIN orders.orders o ON o.id = s.order_id
WHERE s.currency <> o.currency
   OR EXISTS (SELECT 1 FROM orders.order_items i WHERE i.store_order_id = s.id AND i.currency <> o.currency)
