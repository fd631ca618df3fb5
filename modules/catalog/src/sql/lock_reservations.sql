-- The same, locked in the order of their keys: $1 the keys. A reservation's lines do not change.
SELECT r.key, r.state, r.expires_at, r.uncounted,
       coalesce(array_agg(l.variant_id ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS variants,
       coalesce(array_agg(l.quantity ORDER BY l.variant_id) FILTER (WHERE l.key IS NOT NULL), '{}') AS quantities
FROM (SELECT key, state, expires_at, uncounted FROM reservations
      WHERE key = ANY ($1::uuid[])
      ORDER BY key
      FOR UPDATE) r
LEFT JOIN reservation_lines l ON l.key = r.key
GROUP BY r.key, r.state, r.expires_at, r.uncounted
