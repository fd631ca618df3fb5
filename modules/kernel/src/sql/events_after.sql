-- Events of finished transactions in their order: $1 and $2 after which, $3 how many.
SELECT transaction_id AS transaction, id, name, aggregate_id, aggregate_version, payload, occurred_at
FROM outbox_event
WHERE source IS NULL AND (transaction_id, id) > ($1, $2)
  AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY transaction_id, id LIMIT $3
