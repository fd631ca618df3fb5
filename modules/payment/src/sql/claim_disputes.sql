-- Takes disputes at the providers $4 that are to be looked at, at most $2, and tells of which payments; again after $3
-- seconds. $1 now. One further ahead was put there by a clock that has gone back since. One that a person ended is
-- looked at no longer than half a year.
UPDATE disputes SET updated_at = $1,
       next_look_at = CASE WHEN closed_at IS NULL OR closed_at > $1 - interval '180 days'
                           THEN $1 + make_interval(secs => $3) END
WHERE id = ANY (ARRAY(
    SELECT id FROM disputes
    WHERE next_look_at IS NOT NULL AND gateway = ANY ($4::text[])
      AND (next_look_at <= $1 OR next_look_at > $1 + make_interval(secs => $3 + 5))
    ORDER BY next_look_at LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING payment_id
