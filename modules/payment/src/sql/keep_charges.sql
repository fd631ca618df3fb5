-- Keeps what the payers of open payments need: the provider's first answer only. $1 a list of what
-- to keep, $2 the next look, $3 now, $4 the open states. Answers the ids of those that were written.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (
        id uuid, charge text, action_url text, client_secret text, txid text, br_code text, instructions text,
        record uuid, purpose text, request text, response text)
), m AS (
    UPDATE payments p SET transaction_id = w.charge, action_url = w.action_url,
           client_secret = w.client_secret, txid = w.txid, br_code = w.br_code, instructions = w.instructions,
           next_poll_at = least($2, p.expires_at), updated_at = $3
    FROM want w
    WHERE p.id = w.id AND p.status = ANY ($4::text[]) AND p.transaction_id IS NULL
    RETURNING p.id
), r AS (
    INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at)
    SELECT w.record, m.id, w.purpose, w.charge, 'waiting', $3::timestamptz FROM m JOIN want w ON w.id = m.id
), e AS (
    INSERT INTO exchange_texts (transaction_id, payment_id, request, response, at)
    SELECT w.record, m.id, w.request, w.response, $3::timestamptz FROM m JOIN want w ON w.id = m.id
    WHERE w.request IS NOT NULL
)
SELECT id FROM m
