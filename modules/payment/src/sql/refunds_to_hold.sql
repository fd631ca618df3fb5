-- Refunds after $2 that an earlier release left, at most $1: those that run and hold nothing of stores, and those that
-- ended and hold something still.
-- Scans two indexes of a few rows: of what runs, and of what ended and holds.
SELECT id FROM (
    (SELECT id FROM refunds WHERE status = 'pending' AND holds IS NOT TRUE AND id > $2 ORDER BY id LIMIT $1)
    UNION ALL
    (SELECT id FROM refunds WHERE status <> 'pending' AND holds AND id > $2 ORDER BY id LIMIT $1)
) AS both_kinds
ORDER BY id LIMIT $1
