-- A variant that was ordered or moved is archived: it stays for what names it, and is shown to nobody.
ALTER TABLE variants ADD COLUMN archived_at timestamptz;
