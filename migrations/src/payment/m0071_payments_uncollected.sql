-- Payments to stores by legs, which may end in part: what nobody will pay of one is no part of what was
-- captured. An earlier release beside this one makes none, so that its rows are as they were.
ALTER TABLE payments
    ADD COLUMN uncollected numeric(19,4) NOT NULL DEFAULT 0,
    DROP CONSTRAINT payments_check2,
    DROP CONSTRAINT payments_check3,
    ADD CONSTRAINT payments_uncollected CHECK (
        uncollected >= 0 AND refunded + uncollected <= amount) NOT VALID,
    ADD CONSTRAINT payments_refunded CHECK (status <> 'refunded' OR refunded + uncollected = amount) NOT VALID,
    ADD CONSTRAINT payments_refunded_in_part CHECK (
        status <> 'partially_refunded' OR (refunded > 0 AND refunded + uncollected < amount)) NOT VALID,
    DROP CONSTRAINT payments_method,
    ADD CONSTRAINT payments_method CHECK (method IN (
        'pix', 'card', 'bank_transfer', 'whatsapp', 'paypal', 'cash_on_delivery')) NOT VALID;
