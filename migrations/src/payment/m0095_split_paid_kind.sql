-- One kind of transaction more, beside all that the constraint has by now.
DO $$
DECLARE
    now_is text := (SELECT pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE conname = 'ledger_transactions_kind' AND conrelid = 'payments.ledger_transactions'::regclass);
BEGIN
    ALTER TABLE payments.ledger_transactions DROP CONSTRAINT ledger_transactions_kind;
    EXECUTE 'ALTER TABLE payments.ledger_transactions ADD CONSTRAINT ledger_transactions_kind '
            || replace(replace(now_is, 'ARRAY[', 'ARRAY[''split_paid''::text, '), ' NOT VALID', '') || ' NOT VALID';
END $$;
