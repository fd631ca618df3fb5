-- What store $1 owes in currency $2 by its open items, whatever becomes of what runs: without what may come back to
-- it when disputes are over or refunds have an outcome, and what is asked back of its transfers already. In one
-- statement, for what is held moves to the open items and back.
SELECT greatest(0,
    -(SELECT coalesce(sum(i.amount), 0) FROM payout_items i
      WHERE i.store_id = $1 AND i.currency = $2 AND i.payout_id IS NULL)
    + (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
       WHERE e.store_id = $1 AND e.currency = $2 AND e.account IN ('seller_disputed', 'seller_refunding'))
    - (SELECT coalesce(sum(r.amount), 0) FROM transfer_reversals r
       WHERE r.store_id = $1 AND r.currency = $2 AND r.state = 'asked')) AS owed
