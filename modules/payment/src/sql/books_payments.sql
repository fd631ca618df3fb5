-- How many payments hold something else in the ledger, at hand or disputed, than was captured and not given
-- back, nor lost beside that, but for what providers took.
-- What it paid to a store's own account there has the store's name.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payments p WHERE
   CASE WHEN p.captured_at IS NULL OR EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = p.id) THEN 0 ELSE p.amount - p.refunded END
   - (SELECT coalesce(sum(d.written_off), 0) FROM disputes d WHERE d.payment_id = p.id) <>
   (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
    WHERE e.payment_id = p.id AND e.account IN ('provider_clearing', 'provider_disputed') AND e.kind <> 'fee'
      AND (e.account <> 'provider_clearing' OR e.store_id IS NULL))
