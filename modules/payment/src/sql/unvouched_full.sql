-- Whether as many as $2 notifications of provider $1 wait for it to say that it sent them.
SELECT count(*) >= $2 FROM (SELECT 1 FROM provider_events WHERE provider = $1 AND told IS NOT NULL LIMIT $2) AS waiting
