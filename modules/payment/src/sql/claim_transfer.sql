-- Takes the payout by transfer that is due longest at the providers $2, and tells what is asked of it: again after
-- a minute if nobody hears of that, doubling up to $3 seconds. $1 now. One further ahead than a refusal puts it, $4
-- seconds, was put there by a clock that has gone back since.
UPDATE payout_transfers SET state = 'asked', attempts = attempts + 1, updated_at = $1,
       next_attempt_at = $1 + make_interval(secs => least(60 * (1 << least(attempts, 10)), $3))
WHERE payout_id = ANY (ARRAY(
    SELECT payout_id FROM payout_transfers
    WHERE next_attempt_at IS NOT NULL AND provider = ANY ($2::text[])
      AND (next_attempt_at <= $1 OR next_attempt_at > $1 + make_interval(secs => $4 + 5))
    ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED))
RETURNING payout_id, store_id, provider, account, amount, currency, refusals, attempts
