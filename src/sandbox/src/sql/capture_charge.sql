-- Captures a charge and says so to the marketplace: $1 id, $2 now, $3 whether it may have ended
-- already, $4 id of the event. No row if it cannot be captured.
WITH c AS (
    UPDATE charges SET status = 'captured', captured_at = $2, updated_at = $2
    WHERE id = $1 AND (status = 'pending' OR ($3 AND status = 'cancelled')) AND ($3 OR expires_at > $2)
    RETURNING id, idempotency_key, method, amount, currency, description, status, failure, refunded, instalments,
              interest_borne_by, interest, txid,
              confirms, capture_at, captured_at, expires_at, created_at, updated_at),
e AS (
    INSERT INTO webhook_events (id, kind, charge_id, next_attempt_at, created_at)
    SELECT $4, 'charge.captured', id, $2, $2 FROM c)
SELECT * FROM c
