-- Moves payments to captured, with their entries in the ledger and their events: $1 a list of what
-- to capture, $2 a list of the entries, $3 the states that a payment may be in, $4 its state after,
-- $5 now, $6 the event's name, whose version is put into its payload. Answers the ids of those that
-- were captured: not one that is in another state.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (
        id uuid, charge text, next_look timestamptz, record uuid, purpose text, outcome text, posting uuid,
        event uuid, payload jsonb, paid numeric, card_brand text, card_last4 text, card_expires text,
        end_to_end_id text, request text, response text)
), m AS (
    UPDATE payments p SET status = $4, failure = NULL, transaction_id = coalesce(p.transaction_id, w.charge),
           card_token = NULL, card_customer = NULL, client_secret = NULL, captured_at = $5,
           instalments_total = CASE WHEN p.card_instalments IS NOT NULL
                                    THEN coalesce(w.paid, p.instalments_total) END,
           card_brand = w.card_brand, card_last4 = w.card_last4, card_expires = w.card_expires,
           end_to_end_id = w.end_to_end_id,
           next_poll_at = w.next_look, version = p.version + 1, updated_at = $5
    FROM want w
    WHERE p.id = w.id AND p.status = ANY ($3::text[])
    RETURNING p.id, p.version
), x AS (
    INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at)
    SELECT w.record, m.id, w.purpose, w.charge, w.outcome, $5::timestamptz FROM m JOIN want w ON w.id = m.id
), e AS (
    INSERT INTO exchange_texts (transaction_id, payment_id, request, response, at)
    SELECT w.record, m.id, w.request, w.response, $5::timestamptz FROM m JOIN want w ON w.id = m.id
    WHERE w.request IS NOT NULL
), t AS (
    INSERT INTO ledger_transactions (id, kind, source_id, at)
    SELECT w.posting, 'capture', m.id, $5::timestamptz FROM m JOIN want w ON w.id = m.id
    RETURNING id, source_id
), l AS (
    INSERT INTO ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id, split_id, at)
    SELECT e.id, t.id, 'capture', e.account, e.store, e.amount, e.currency, t.source_id, e.split, $5::timestamptz
    FROM jsonb_to_recordset($2::jsonb) AS e (
        id uuid, payment uuid, account text, store uuid, amount numeric, currency text, split uuid)
    JOIN t ON t.source_id = e.payment
), o AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT w.event, $6, m.id, m.version, jsonb_set(w.payload, '{version}', to_jsonb(m.version)), $5::timestamptz
    FROM m JOIN want w ON w.id = m.id
)
SELECT id FROM m
