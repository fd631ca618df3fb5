-- Refunds that an earlier release left, at most $1 of each kind, without those of $2: those that run and hold nothing
-- of stores, and those that ended and hold something still.
-- Scans two indexes of a few rows: of what runs, and of what ended and holds.
(SELECT id FROM refunds WHERE status = 'pending' AND holds IS NOT TRUE AND id <> ALL ($2::uuid[]) ORDER BY id LIMIT $1)
UNION ALL
(SELECT id FROM refunds WHERE status <> 'pending' AND holds AND id <> ALL ($2::uuid[]) ORDER BY id LIMIT $1)
