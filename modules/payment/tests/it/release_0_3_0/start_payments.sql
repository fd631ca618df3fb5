-- Makes payments with their splits and methods: lists of rows, $1 the payments, $2 their splits.
-- Answers the ids of those that were made: not one whose key is known or whose reference is
-- paid. One whose reference has an open attempt refuses all of them.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (
        id uuid, key uuid, reference uuid, payer uuid, description text, method text, gateway text,
        amount numeric, currency text, first_look timestamptz, expires_at timestamptz, created_at timestamptz,
        token text)
), p AS (
    INSERT INTO payments (id, key, reference, attempt, payer, description, method, gateway, amount,
                          currency, status, next_poll_at, expires_at, created_at)
    SELECT w.id, w.key, w.reference,
           (SELECT coalesce(max(attempt), 0) + 1 FROM payments WHERE reference = w.reference),
           w.payer, w.description, w.method, w.gateway, w.amount, w.currency, 'pending', w.first_look, w.expires_at,
           w.created_at
    FROM want w
    -- Counted: a join with none of them may be planned as one with all payments.
    WHERE (SELECT count(*) FROM payments o WHERE o.reference = w.reference
           AND o.status IN ('completed', 'partially_refunded', 'disputed')) = 0
    ON CONFLICT (key) DO NOTHING
    RETURNING id, created_at
), s AS (
    INSERT INTO payment_splits (id, payment_id, position, store_id, part, amount, commission, earning, created_at)
    SELECT s.id, p.id, s.position, s.store, s.part, s.amount, s.commission, s.earning, p.created_at
    FROM jsonb_to_recordset($2::jsonb) AS s (
        id uuid, payment uuid, position bigint, store uuid, part uuid, amount numeric, commission numeric, earning numeric)
    JOIN p ON p.id = s.payment
), x AS (
    INSERT INTO payment_pix (payment_id) SELECT p.id FROM p JOIN want w ON w.id = p.id WHERE w.method = 'pix'
), c AS (
    INSERT INTO payment_credit_card (payment_id, token)
    SELECT p.id, w.token FROM p JOIN want w ON w.id = p.id WHERE w.method = 'card'
)
SELECT id FROM p
