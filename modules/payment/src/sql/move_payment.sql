-- Moves a payment to its next state; answers its version, or nothing if it is in another state.
-- $1 payment, $2 the states that it may be in, $3 status, $4 failure, $5 charge, $6 captured at,
-- $7 next look, $8 how many events that publishes, $9 now, $10 id of the record, $11 its kind,
-- $12 its outcome.
WITH m AS (UPDATE payments SET status = $3, failure = $4, transaction_id = coalesce(transaction_id, $5),
                  card_token = NULL, card_customer = NULL, client_secret = NULL, captured_at = $6,
                  next_poll_at = $7, version = version + $8, updated_at = $9
           WHERE id = $1 AND status = ANY($2) RETURNING id, version),
     x AS (INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at)
           SELECT $10, id, $11, $5, $12, $9 FROM m)
SELECT version FROM m
