-- Writes down what somebody should look at, once per message. $1 id, $2 payment, $3 message, $4 now.
INSERT INTO payment_logs (id, payment_id, message, at)
SELECT $1, $2, $3, $4 WHERE NOT EXISTS
  (SELECT 1 FROM payment_logs WHERE payment_id = $2 AND message = $3)
