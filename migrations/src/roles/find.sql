-- Whether the role $1, if it is there, is as it should be: signs in, has the rights of the group $2,
-- and has the settings $3, which its comment tells.
SELECT rolcanlogin AND coalesce(pg_has_role(rolname, (SELECT oid FROM pg_roles WHERE rolname = $2), 'MEMBER'), false)
       AND shobj_description(oid, 'pg_authid') IS NOT DISTINCT FROM $3
FROM pg_roles WHERE rolname = $1
