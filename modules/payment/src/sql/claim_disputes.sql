-- Takes open disputes at the providers $4 that are to be looked at, at most $2, and tells of which payments; again
-- after $3 seconds. $1 now. One further ahead was put there by a clock that has gone back since.
UPDATE disputes SET next_look_at = $1 + make_interval(secs => $3), updated_at = $1
WHERE id = ANY (ARRAY(
    SELECT id FROM disputes
    WHERE next_look_at IS NOT NULL AND gateway = ANY ($4::text[])
      AND (next_look_at <= $1 OR next_look_at > $1 + make_interval(secs => $3 + 5))
    ORDER BY next_look_at LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING payment_id
