-- Whom a method pays, where that is not left to the provider.
ALTER TABLE method_limits ADD COLUMN payee text CHECK (payee IN ('marketplace', 'store'));
