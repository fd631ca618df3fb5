-- Reservation $1 with its lines in ascending order of the variant.
SELECT r.state, r.expires_at, r.uncounted,
       coalesce(array_agg(l.variant_id ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS variants,
       coalesce(array_agg(l.quantity ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS quantities
FROM reservations r LEFT JOIN reservation_lines l ON l.key = r.key
WHERE r.key = $1 GROUP BY r.key
