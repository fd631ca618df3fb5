-- Whether there is a database of the name $1: a row, or none.
SELECT 1 FROM pg_database WHERE datname = $1
