-- Which of the stores $1 have an account at a provider that takes payouts, and where.
SELECT store_id, provider, account FROM store_accounts
WHERE store_id = ANY ($1::uuid[]) AND account IS NOT NULL AND takes_transfers AND pays_out
ORDER BY store_id, provider LIMIT 1000
