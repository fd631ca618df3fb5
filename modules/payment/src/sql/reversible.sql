-- The newest transfer to store $1 in currency $2 of which something can be asked back: none is asked back now, and none
-- was refused after $3.
SELECT p.payout_id, p.provider, p.transfer_id, p.amount - p.reversed AS left FROM payout_transfers p
WHERE p.store_id = $1 AND p.currency = $2 AND p.state = 'made' AND p.reversed < p.amount
  AND NOT EXISTS (SELECT 1 FROM transfer_reversals r WHERE r.payout_id = p.payout_id
                  AND (r.state = 'asked' OR (r.state = 'refused' AND r.ended_at > $3)))
ORDER BY p.created_at DESC, p.payout_id DESC LIMIT 1
