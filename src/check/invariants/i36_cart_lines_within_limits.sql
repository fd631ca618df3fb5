-- schemas: carts
-- An open cart has at most 100 lines, each of 1 to 999 units and in the cart's currency.
SELECT c.id, count(*) AS lines, min(i.quantity) AS least, max(i.quantity) AS most
FROM carts.carts c
JOIN carts.cart_items i ON i.cart_id = c.id
WHERE c.status = 'open'
GROUP BY c.id
HAVING count(*) > 100
    OR min(i.quantity) < 1
    OR max(i.quantity) > 999
    OR bool_or(i.currency <> c.currency);
