-- Ends the devices of a person ($1) but one ($2), if one is named, at $3.
UPDATE sessions SET revoked_at = $3, updated_at = $3
WHERE user_id = $1 AND revoked_at IS NULL AND family IS DISTINCT FROM $2
RETURNING family
