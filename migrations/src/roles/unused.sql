-- A role with which nobody is signed in.
SELECT 1 FROM pg_roles
WHERE rolname = $1 AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE usesysid = pg_roles.oid)
