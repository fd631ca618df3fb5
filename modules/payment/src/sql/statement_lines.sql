-- What changed what store $1 is owed in the currency $4 in the month that begins on the day $2 in the zone $3,
-- as it sees it, after the entry ($5, $6), at most $7.
SELECT e.id, e.kind, e.account, -e.amount AS amount, e.currency, s.part, e.payout_id, e.at,
       to_char(e.at AT TIME ZONE $3, 'YYYY-MM-DD HH24:MI:SS') AS local
FROM ledger_entries e LEFT JOIN payment_splits s ON s.id = e.split_id
WHERE e.store_id = $1 AND e.currency = $4
  AND e.at >= $2::text::date::timestamp AT TIME ZONE $3
  AND e.at < ($2::text::date + interval '1 month') AT TIME ZONE $3
  AND e.account IN ('seller_pending', 'seller_payable', 'seller_disputed', 'seller_refunding', 'seller_reserve',
                    'seller_receivable', 'payout_in_transit')
  AND (e.at, e.id) > ($5, $6)
ORDER BY e.at, e.id LIMIT $7
