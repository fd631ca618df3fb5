-- Counts one more change of providers or limits, at $1: the lock of both lists.
UPDATE provider_version SET version = version + 1, updated_at = $1 WHERE id = 1 RETURNING version
