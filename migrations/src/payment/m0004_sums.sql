-- A payout, and its entries in the books, are sums of amounts: they are not held to the digits of
-- one amount. More digits at the same scale need no rewrite of a table.

ALTER TABLE payouts ALTER COLUMN amount TYPE numeric(38,4);
ALTER TABLE ledger_entries ALTER COLUMN amount TYPE numeric(38,4);
