-- The stores of a person: $1 the person, $2 how many at most.
SELECT s.id AS store, s.name, s.slug, s.status, s.time_zone, m.role
FROM store_members m
JOIN stores s ON s.id = m.store_id
WHERE m.user_id = $1
ORDER BY s.id
LIMIT $2
