-- Reservations with their lines in ascending order of the variant: $1 their keys.
SELECT r.key, r.state, r.expires_at, r.uncounted,
       coalesce(array_agg(l.variant_id ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS variants,
       coalesce(array_agg(l.quantity ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS quantities
FROM reservations r
LEFT JOIN reservation_lines l ON l.key = r.key
WHERE r.key = ANY ($1::uuid[])
GROUP BY r.key
