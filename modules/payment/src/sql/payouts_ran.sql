-- The stores were paid by the schedule at $1.
INSERT INTO payout_schedule (ran_at, updated_at) VALUES ($1, $1)
ON CONFLICT (single) DO UPDATE SET ran_at = EXCLUDED.ran_at, updated_at = EXCLUDED.updated_at
