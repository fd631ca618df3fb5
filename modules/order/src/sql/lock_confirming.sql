-- Orders that are to be confirmed, locked with their checkouts in the order of their ids: $1 ids.
SELECT o.id, o.version, o.status, k.state, k.attempt
FROM orders o
JOIN checkouts k ON k.order_id = o.id
WHERE o.id = ANY ($1::uuid[])
ORDER BY o.id
FOR UPDATE OF o, k
