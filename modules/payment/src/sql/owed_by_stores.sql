-- What each of the stores $1 owes in currency $2, as in balances.sql and debts.sql: by its open items, without what
-- may come back to it or is asked back of its transfers already, and beside them.
SELECT w.store_id,
       greatest(0,
           -(SELECT coalesce(sum(i.amount), 0) FROM payout_items i
             WHERE i.store_id = w.store_id AND i.currency = $2 AND i.payout_id IS NULL)
           + (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
              WHERE e.store_id = w.store_id AND e.currency = $2 AND e.account IN ('seller_disputed', 'seller_refunding'))
           - (SELECT coalesce(sum(r.amount), 0) FROM transfer_reversals r
              WHERE r.store_id = w.store_id AND r.currency = $2 AND r.state = 'asked'))
       + greatest(0, (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
                      WHERE e.store_id = w.store_id AND e.currency = $2 AND e.account = 'seller_receivable')) AS owed
FROM unnest($1::uuid[]) AS w (store_id)
