-- Whose session this is.
SELECT current_user::text AS role, current_schema()::text AS schema
