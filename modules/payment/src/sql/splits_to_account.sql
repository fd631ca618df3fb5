-- Whether something may come yet into account $2 of store $1 at provider $3: what was to be split to it, of charges
-- that are open, or paid and not booked.
SELECT EXISTS (
    SELECT FROM payment_splits s JOIN payments p ON p.id = s.payment_id
    WHERE s.store_id = $1 AND s.account = $2 AND s.there = 'asked' AND p.gateway = $3
      AND (p.status IN ('pending', 'authorized') OR p.captured_at IS NOT NULL)) AS comes
