-- Who spends of the marketplace's balance comes one after the other.
SELECT count(*) FROM pg_advisory_xact_lock(hashtextextended('feira sandbox balance', 0))
