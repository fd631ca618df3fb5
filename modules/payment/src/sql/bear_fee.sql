-- The splits $1 bear these parts of a provider's fee, $2. $3 now.
UPDATE payment_splits s SET updated_at = $3,
       fee = s.fee + (SELECT b.fee FROM unnest($1::uuid[], $2::numeric[]) AS b (split, fee) WHERE b.split = s.id)
WHERE s.id = ANY ($1::uuid[])
