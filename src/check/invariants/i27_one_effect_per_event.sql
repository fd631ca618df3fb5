-- schemas: each
-- A consumer takes an event once, and an event has one delivery per subscriber.
SELECT consumer, event_id, count(*) AS times, 'inbox' AS place
FROM {schema}.inbox
GROUP BY consumer, event_id HAVING count(*) > 1
UNION ALL
SELECT subscriber, event_id, count(*), 'outbox_delivery'
FROM {schema}.outbox_delivery
GROUP BY subscriber, event_id HAVING count(*) > 1
