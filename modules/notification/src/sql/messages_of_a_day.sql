-- How many messages of each kind addresses ($1) were made since an id ($2), but for those that were
-- refused: of those nobody tried to send one.
SELECT lower(n.recipient) AS address, n.kind, count(*) AS messages
FROM unnest($1::text[]) AS a (address)
JOIN notifications n ON lower(n.recipient) = lower(a.address) AND n.id >= $2
WHERE NOT (n.status = 'failed' AND n.attempts = 0)
GROUP BY lower(n.recipient), n.kind
