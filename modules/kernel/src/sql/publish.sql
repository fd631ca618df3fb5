-- An event, in the transaction of its change: $1 id, $2 name, $3 aggregate, $4 its version, $5 payload, $6 when.
INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
VALUES ($1, $2, $3, $4, $5, $6)
