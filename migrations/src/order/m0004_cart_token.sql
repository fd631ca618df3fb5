-- Of the token that opened a guest's cart: its holder sees, pays and cancels the order made of it.
ALTER TABLE orders ADD COLUMN cart_token_hash text;
-- Whether its cart was held before it was placed; false of orders that are older than that rule.
ALTER TABLE orders ADD COLUMN cart_held boolean NOT NULL DEFAULT false;
