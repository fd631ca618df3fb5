-- Deletes guests' carts, with their lines, that ended long ago: $1 until when, $2 how many at most.
DELETE FROM carts
WHERE id = ANY (ARRAY(
    SELECT id FROM carts
    WHERE guest_token_hash IS NOT NULL AND status <> 'completed' AND status <> 'held' AND expires_at <= $1
    ORDER BY expires_at LIMIT $2))
