-- Whether somebody is signed in as one of the roles $1 and $2.
SELECT 1 FROM pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid
WHERE rolname IN ($1, $2) LIMIT 1
