-- Refused inside a transaction in which a statement has failed.
SELECT 1
