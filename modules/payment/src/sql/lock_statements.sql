-- One statement is imported, or one of their lines matched, at a time, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('payments.statements'))
