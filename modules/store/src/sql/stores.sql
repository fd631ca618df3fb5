-- Stores with their owners and addresses: $1 their ids.
SELECT s.id, s.owner_id, s.name, s.slug, s.description, s.status, s.status_reason, s.currency, s.time_zone,
       s.version, s.created_at, o.business_name, o.tax_id, o.phone AS owner_phone,
       a.recipient, a.street, a.number, a.complement, a.district, a.city, a.state, a.postal_code, a.country, a.phone
FROM stores s
JOIN store_owners o ON o.user_id = s.owner_id
JOIN store_addresses a ON a.store_id = s.id
WHERE s.id = ANY ($1::uuid[])
