-- What made the amount payable, or takes from it: an earning is released once, but may be kept back in a
-- dispute and come again; and what concerns the whole store, as a write-off, has no split.
ALTER TABLE payout_items ALTER COLUMN split_id DROP NOT NULL;
ALTER TABLE payout_items ADD COLUMN kind text NOT NULL DEFAULT 'release';
