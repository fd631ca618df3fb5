-- Posts one transaction of the ledger. $1 id, $2 kind, $3 source, $4 now, $5 payment, $6 payout,
-- $7 to $12 its entries' ids, accounts, stores, amounts, currencies and splits (no store or split:
-- empty text).
WITH t AS (INSERT INTO ledger_transactions (id, kind, source_id, at) VALUES ($1, $2, $3, $4) RETURNING id)
INSERT INTO ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id,
                            split_id, payout_id, at)
SELECT e.id, t.id, $2, e.account, nullif(e.store, '')::uuid, e.amount, e.currency, $5,
       nullif(e.split, '')::uuid, $6, $4
FROM t, unnest($7::uuid[], $8::text[], $9::text[], $10::numeric[], $11::text[], $12::text[])
     AS e (id, account, store, amount, currency, split)
