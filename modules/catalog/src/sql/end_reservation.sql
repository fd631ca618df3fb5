-- Ends active reservation $1 with state $2 at $3: one that has expired, or that is given back.
UPDATE reservations SET state = $2, updated_at = $3
WHERE key = $1 AND state = 'active' AND ($2 <> 'expired' OR expires_at <= $3)
