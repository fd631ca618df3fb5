-- Of a dispute that was lost, what the provider took although it had gone back before: the marketplace's loss, in the
-- books since then. Disputes that were lost before are not in them with it.
ALTER TABLE disputes ADD COLUMN written_off numeric(19,4) NOT NULL DEFAULT 0
    CONSTRAINT disputes_written_off CHECK (written_off >= 0 AND (written_off = 0 OR state = 'lost'));
