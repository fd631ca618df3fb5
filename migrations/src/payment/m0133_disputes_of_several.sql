-- One dispute at a provider may be over several payments, of which each keeps its part.
ALTER TABLE disputes DROP CONSTRAINT disputes_once;
