-- By what a payment was paid, as far as its provider tells: never more of a card's number than its end.
ALTER TABLE payments ADD COLUMN card_brand text, ADD COLUMN card_last4 text, ADD COLUMN card_expires text,
    ADD COLUMN end_to_end_id text;
