-- Of these keys ($1) those of which a line is kept.
SELECT key FROM statement_lines WHERE key = ANY ($1::text[])
