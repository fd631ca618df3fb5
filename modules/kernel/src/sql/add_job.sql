-- A job that this installation has not seen yet: $1 id, $2 name, $3 when it is due.
INSERT INTO job (id, name, run_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING
