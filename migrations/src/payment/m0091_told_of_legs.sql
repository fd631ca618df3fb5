-- What a leg's payer is told: of a PIX its txid and code, of a transfer the account, of a chat the number.
ALTER TABLE payment_legs
    ADD COLUMN txid text,
    ADD COLUMN br_code text,
    ADD COLUMN pay_to jsonb,
    ADD COLUMN chat text;
