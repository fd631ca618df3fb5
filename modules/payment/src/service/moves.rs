//! The statements that move a payment to its next state.

macro_rules! moving {
    ($and:literal) => {
        concat!(
            "WITH m AS (UPDATE payments SET status = $3, failure = $4, transaction_id = coalesce(transaction_id, $5), \
                               captured_at = $6, next_poll_at = $7, version = version + $8, updated_at = $9 \
                        WHERE id = $1 AND status = ANY($2) RETURNING id, version), \
                  c AS (UPDATE payment_credit_card SET token = NULL, updated_at = $9 FROM m \
                        WHERE payment_id = m.id AND token IS NOT NULL), \
                  x AS (INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at) \
                        SELECT $10, id, $11, $5, $12, $9 FROM m)",
            $and,
            " SELECT version FROM m"
        )
    };
}

/// $1 the payment, $2 the states that it may be in, from $3 on what it becomes, from $10 on the
/// record of it. Answers nothing if it is in another state.
pub(super) const MOVE: &str = moving!("");

/// $13 the ledger transaction, from $14 on its entries, from $20 on the event.
pub(super) const CAPTURE: &str = moving!(
    ", t AS (INSERT INTO ledger_transactions (id, kind, source_id, at) SELECT $13, 'capture', id, $9 FROM m \
             RETURNING id), \
       l AS (INSERT INTO ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id, \
                                         split_id, at) \
             SELECT e.id, t.id, 'capture', e.account, nullif(e.store, '')::uuid, e.amount, e.currency, $1, \
                    nullif(e.split, '')::uuid, $9 \
             FROM t, unnest($14::uuid[], $15::text[], $16::text[], $17::numeric[], $18::text[], $19::text[]) \
                  AS e (id, account, store, amount, currency, split)), \
       o AS (INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
             SELECT $20, $21, id, version, jsonb_set($22, '{version}', to_jsonb(version)), $9 FROM m)"
);
