-- The entries of a transaction come in one statement and are summed up once, at its end, instead
-- of once per entry at commit: what each statement adds sums to zero, so whatever is there does.
-- That a transaction has entries at all is still checked at commit.
CREATE FUNCTION ledger_entries_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    txn uuid := (SELECT transaction_id FROM written GROUP BY transaction_id, currency HAVING sum(amount) <> 0 LIMIT 1);
BEGIN
    IF txn IS NOT NULL THEN
        RAISE EXCEPTION 'what was added to the ledger transaction % does not sum to zero', txn
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER ledger_entries_sum ON ledger_entries;
CREATE TRIGGER ledger_entries_sum AFTER INSERT ON ledger_entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_sum_to_zero();
