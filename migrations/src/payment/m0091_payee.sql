-- Payments that buyers make to the stores themselves before anything is sold: what each leg's payer is told, and
-- whose payments they are. A release before this one makes none, so that its rows are as they were.
ALTER TABLE payments ADD COLUMN to_stores boolean NOT NULL DEFAULT false;
ALTER TABLE manual_charges ADD COLUMN to_stores boolean NOT NULL DEFAULT false;
-- Of a PIX its txid and code, of a transfer the account, of a chat the number.
ALTER TABLE payment_legs
    ADD COLUMN txid text,
    ADD COLUMN br_code text,
    ADD COLUMN pay_to jsonb,
    ADD COLUMN chat text;
-- Whom a method pays, where that is not left to the provider.
ALTER TABLE method_limits ADD COLUMN payee text CHECK (payee IN ('marketplace', 'store'));
