-- Of what went back: the commission at its ratio that the marketplace kept, and what the marketplace bore.
ALTER TABLE payment_splits ADD COLUMN commission_kept numeric(19,4) NOT NULL DEFAULT 0;
ALTER TABLE payment_splits ADD COLUMN promoted numeric(19,4) NOT NULL DEFAULT 0;
