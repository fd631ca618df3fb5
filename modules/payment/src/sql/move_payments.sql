-- Moves payments to the states that a provider's word leads to, with the entries in the ledger and the events of
-- those that publish any: $1 a list of moves, $2 a list of the entries, $3 now. A move tells the states that its
-- payment may be in; the event's version is put into its payload. Answers the ids of those that were moved: not one
-- that is in another state.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (
        id uuid, sources text[], status text, failure text, charge text, captured_at timestamptz,
        next_look timestamptz, record uuid, purpose text, outcome text, posting uuid, event uuid, event_name text,
        payload jsonb, paid numeric, card_brand text, card_last4 text, card_expires text, end_to_end_id text,
        request text, response text)
), locked AS MATERIALIZED (
    -- In the order of their ids, as whoever begins other attempts locks them.
    SELECT id FROM payments WHERE id = ANY (ARRAY(SELECT id FROM want)) ORDER BY id FOR NO KEY UPDATE
), m AS (
    UPDATE payments p SET status = w.status, failure = w.failure,
           transaction_id = coalesce(p.transaction_id, w.charge),
           card_token = NULL, card_customer = NULL, client_secret = NULL, captured_at = w.captured_at,
           instalments_total = CASE WHEN p.card_instalments IS NOT NULL
                                    THEN coalesce(w.paid, p.instalments_total) END,
           card_brand = w.card_brand, card_last4 = w.card_last4, card_expires = w.card_expires,
           end_to_end_id = w.end_to_end_id, next_poll_at = w.next_look,
           version = p.version + (w.event IS NOT NULL)::int, updated_at = $3
    FROM want w JOIN locked l ON l.id = w.id
    WHERE p.id = w.id AND p.status = ANY (w.sources)
    RETURNING p.id, p.version
), x AS (
    INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at)
    SELECT w.record, m.id, w.purpose, w.charge, w.outcome, $3::timestamptz FROM m JOIN want w ON w.id = m.id
), told AS (
    INSERT INTO exchange_texts (transaction_id, payment_id, request, response, at)
    SELECT w.record, m.id, w.request, w.response, $3::timestamptz FROM m JOIN want w ON w.id = m.id
    WHERE w.request IS NOT NULL
), t AS (
    INSERT INTO ledger_transactions (id, kind, source_id, at)
    SELECT w.posting, 'capture', m.id, $3::timestamptz FROM m JOIN want w ON w.id = m.id
    WHERE w.posting IS NOT NULL
    RETURNING id, source_id
), l AS (
    INSERT INTO ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, payment_id, split_id, at)
    SELECT e.id, t.id, 'capture', e.account, e.store, e.amount, e.currency, t.source_id, e.split, $3::timestamptz
    FROM jsonb_to_recordset($2::jsonb) AS e (
        id uuid, payment uuid, account text, store uuid, amount numeric, currency text, split uuid)
    JOIN t ON t.source_id = e.payment
), o AS (
    INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at)
    SELECT w.event, w.event_name, m.id, m.version, jsonb_set(w.payload, '{version}', to_jsonb(m.version)),
           $3::timestamptz
    FROM m JOIN want w ON w.id = m.id
    WHERE w.event IS NOT NULL
)
SELECT id FROM m
