-- A transaction comes with its entries in one statement: that it has them is looked at once, at its end,
-- instead of once per transaction at commit. What each statement adds to it sums to zero already.
CREATE FUNCTION ledger_transactions_have_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    txn uuid := (SELECT w.id FROM written w
                 WHERE (SELECT count(*) FROM payments.ledger_entries e WHERE e.transaction_id = w.id) < 2 LIMIT 1);
BEGIN
    IF txn IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % does not sum to zero: it has no entries', txn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER ledger_transactions_sum ON ledger_transactions;
DROP FUNCTION ledger_sums_to_zero();
CREATE TRIGGER ledger_transactions_sum AFTER INSERT ON ledger_transactions
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_transactions_have_entries();
