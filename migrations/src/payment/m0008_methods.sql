-- What a payment's method keeps is columns of the payment: begun and captured it is written twice, not
-- four times in two tables. Nothing ever filled the other columns of those tables.
ALTER TABLE payments
    -- Of the provider's vault, kept only until the outcome is known; never a number.
    ADD COLUMN card_token text,
    ADD COLUMN txid       text,
    ADD COLUMN br_code    text;
ALTER TABLE payment_pix RENAME TO earlier_payment_pix;
ALTER TABLE payment_credit_card RENAME TO earlier_payment_credit_card;

-- Payments that wait for their payer need it, which are few and have an index; of others it stays where
-- it is, and no token is there any more.
UPDATE payments p SET txid = k.txid, br_code = k.br_code
FROM earlier_payment_pix k WHERE k.payment_id = p.id AND p.status = 'pending';
UPDATE payments p SET card_token = k.token
FROM earlier_payment_credit_card k WHERE k.payment_id = p.id AND p.status = 'pending';
UPDATE earlier_payment_credit_card k SET token = NULL
FROM payments p WHERE p.id = k.payment_id AND p.status = 'pending';

-- Release 0.3.0 runs beside this one. To it these are the tables that were there, whoever began the
-- payment: it shows the code, charges the card and clears the token. The release after this one drops
-- the views and their functions.
CREATE VIEW payment_pix AS
SELECT id AS payment_id, txid, br_code, updated_at FROM payments WHERE method = 'pix';
CREATE VIEW payment_credit_card AS
SELECT id AS payment_id, card_token AS token, updated_at FROM payments WHERE method = 'card';

-- A statement of 0.3.0 writes the payment and then this: a function sees what its statement wrote
-- before, which a view that is updated by itself does not.
CREATE FUNCTION write_payment_pix() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments.payments SET txid = NEW.txid, br_code = NEW.br_code WHERE id = NEW.payment_id;
    RETURN NEW;
END $$;
CREATE TRIGGER written INSTEAD OF INSERT OR UPDATE ON payment_pix
    FOR EACH ROW EXECUTE FUNCTION write_payment_pix();
CREATE FUNCTION write_payment_credit_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments.payments SET card_token = NEW.token WHERE id = NEW.payment_id;
    RETURN NEW;
END $$;
CREATE TRIGGER written INSTEAD OF INSERT OR UPDATE ON payment_credit_card
    FOR EACH ROW EXECUTE FUNCTION write_payment_credit_card();

-- Rights are given after the migrations of a schema, and 0.3.0 asks before that: whoever has rights on
-- payments has them on the views at once.
DO $$
DECLARE role regrole;
BEGIN
    FOR role IN SELECT DISTINCT a.grantee::regrole FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid = 'payments.payments'::regclass AND a.grantee NOT IN (0, c.relowner) LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON payment_pix, payment_credit_card TO %s', role);
    END LOOP;
END $$;
