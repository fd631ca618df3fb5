-- Whether the database knows a time zone of the name $1.
SELECT EXISTS (SELECT 1 FROM pg_timezone_names WHERE name = $1)
