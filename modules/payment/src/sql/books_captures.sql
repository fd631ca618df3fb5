-- How many captured payments are not in the ledger with their amount; what stores are paid themselves is
-- not at a provider.
-- Scans the books, for an operator who audits them: it is a search.
SELECT count(*) FROM payments p WHERE p.captured_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payment_legs l WHERE l.payment_id = p.id) AND p.amount <>
   (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
    WHERE e.payment_id = p.id AND e.kind = 'capture' AND e.account = 'provider_clearing')
