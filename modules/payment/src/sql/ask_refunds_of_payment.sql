-- Refunds of payment $1 that run, at most $2, which are asked for once more. $3 now.
UPDATE refunds SET attempts = attempts + 1, updated_at = $3
-- Else all refunds that run may be read.
WHERE id = ANY (ARRAY(SELECT id FROM refunds WHERE payment_id = $1 AND (status = 'pending') IS TRUE ORDER BY id LIMIT $2 FOR UPDATE))
  AND (status = 'pending') IS TRUE
RETURNING id, attempts
