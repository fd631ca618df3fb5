-- With which a payer's own program confirms a card payment at the provider, as `action_url` is where she is
-- sent. An earlier release beside this one neither writes nor reads it.
ALTER TABLE payments ADD COLUMN client_secret text;
