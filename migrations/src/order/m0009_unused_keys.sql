-- Keys are rows of `idempotency_key` alone. Release 0.3.0 runs beside this one and reads those first, but
-- still writes these columns and `payment_attempts`, and decodes whole rows of `checkouts`: so they have
-- defaults, of which no two are one key for its `feira check`. The release after this one drops all three.
ALTER TABLE checkouts
    ALTER COLUMN caller SET DEFAULT '',
    ALTER COLUMN key SET DEFAULT gen_random_uuid()::text;
