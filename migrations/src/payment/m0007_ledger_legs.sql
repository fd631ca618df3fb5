-- Legs are written with what they refer to, by one statement, and nothing of that is ever deleted:
-- fifteen look-ups an order told what is known. `feira check` asks for legs of nothing instead.
ALTER TABLE ledger_entries
    DROP CONSTRAINT ledger_entries_transaction_id_fkey,
    DROP CONSTRAINT ledger_entries_payment_id_fkey,
    DROP CONSTRAINT ledger_entries_split_id_fkey,
    DROP CONSTRAINT ledger_entries_payout_id_fkey;
