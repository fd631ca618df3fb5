-- Takes the reversal that is due longest at the providers $2, and tells what is asked: again after a minute if
-- nobody hears of that, doubling up to $3 seconds. $1 now. One further ahead was put there by a clock that has gone
-- back since.
UPDATE transfer_reversals SET attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => least(60 * (1 << least(attempts, 10)), $3))
WHERE id = ANY (ARRAY(
    SELECT id FROM transfer_reversals
    WHERE next_attempt_at IS NOT NULL AND provider = ANY ($2::text[])
      AND (next_attempt_at <= $1 OR next_attempt_at > $1 + make_interval(secs => $3 + 5))
    ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED))
RETURNING id, payout_id, store_id, provider, transfer_id, amount, currency, attempts
