-- What is to be known of each of the providers $1: when it told of something the last time, why a call of it
-- failed the last time, why one of its notifications was refused, how many payments wait there (a thousand at most are counted), whether it ever had any, or keeps cards.
SELECT n.name,
    (SELECT e.received_at FROM provider_events e WHERE e.provider = n.name
     ORDER BY e.received_at DESC LIMIT 1) AS notified_at,
    (SELECT f.failure FROM provider_failures f WHERE f.provider = n.name) AS failure,
    (SELECT f.at FROM provider_failures f WHERE f.provider = n.name) AS failed_at,
    (SELECT r.why FROM provider_refusals r WHERE r.provider = n.name) AS refusal,
    (SELECT r.at FROM provider_refusals r WHERE r.provider = n.name) AS refused_at,
    (SELECT count(*) FROM (SELECT FROM payments p WHERE p.gateway = n.name AND p.next_poll_at IS NOT NULL
                           AND p.status IN ('pending', 'authorized') LIMIT 1000) AS open) AS open,
    COALESCE((SELECT true FROM payments p WHERE p.gateway = n.name LIMIT 1),
             (SELECT true FROM payment_methods m WHERE m.provider = n.name AND m.setup IS NOT NULL
              AND m.status = 'kept' LIMIT 1), false) AS used
FROM unnest($1::text[]) AS n (name)
