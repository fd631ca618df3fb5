-- What open invoices ask of store $1 in currency $2.
SELECT coalesce(sum(amount), 0) AS asked FROM debt_invoices
WHERE store_id = $1 AND currency = $2 AND status = 'open'
