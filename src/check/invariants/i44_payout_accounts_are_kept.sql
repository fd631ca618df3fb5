-- schemas: stores
-- The accounts of a store are numbered from one without a gap, and none was given before the one that it took the place of: payouts are held from the newest change on.
SELECT a.store_id AS store, a.version, a.changed_at, a.before, a.place
FROM (
    SELECT p.store_id, p.version, p.changed_at,
           lag(p.changed_at) OVER chain AS before, row_number() OVER chain AS place
    FROM stores.payout_accounts p
    WINDOW chain AS (PARTITION BY p.store_id ORDER BY p.version)
) a
WHERE a.version <> a.place OR a.changed_at < a.before
