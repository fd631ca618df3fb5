-- Stores with all that it takes to pay them: $1 their ids.
SELECT s.id AS store, s.name, o.business_name, o.tax_id, o.phone, o.phone_changed_at, coalesce(d.city, '') AS city, coalesce(d.country, '') AS country, s.status, s.currency,
       (SELECT min(h.at) FROM store_status_history h WHERE h.store_id = s.id AND h.to_status = 'approved') AS approved_at,
       a.destination, a.masked, a.version, a.changed_at
FROM stores s
JOIN store_owners o ON o.user_id = s.owner_id
LEFT JOIN store_addresses d ON d.store_id = s.id
LEFT JOIN LATERAL (SELECT p.destination, p.masked, p.version, p.changed_at FROM payout_accounts p
                   WHERE p.store_id = s.id ORDER BY p.version DESC LIMIT 1) a ON true
WHERE s.id = ANY ($1::uuid[])
ORDER BY s.id
LIMIT 100
