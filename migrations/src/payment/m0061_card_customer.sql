-- Whose a saved card is at its provider: kept with `card_token`, and as long. An earlier release beside this one
-- neither writes nor reads it.
ALTER TABLE payments ADD COLUMN card_customer text;
