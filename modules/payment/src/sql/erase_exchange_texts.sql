-- Erases what was asked and answered before $1: $2 how many at most.
DELETE FROM exchange_texts
WHERE transaction_id = ANY (ARRAY(SELECT transaction_id FROM exchange_texts WHERE at < $1 ORDER BY at LIMIT $2))
