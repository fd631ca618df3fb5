-- Makes payments with their splits, and the legs of those that stores are paid themselves: lists of rows, $1 the
-- payments, $2 their splits. A leg of nothing waits for nobody: it is paid, unless its goods are to be handed over.
-- Answers the ids of those that were made: not one whose key is known, or whose reference is paid or
-- has an open attempt, also where another of this list is in the way, or a process beside this one: one
-- that is capturing an attempt, or begins another, is waited for.
WITH want AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w (
        id uuid, key uuid, reference uuid, payer uuid, description text, method text, gateway text,
        amount numeric, currency text, first_look timestamptz, expires_at timestamptz, created_at timestamptz,
        card_token text, card_customer text, instalments smallint, total numeric, interest text, to_stores boolean)
), others AS MATERIALIZED (
    -- Locked in the order of their ids, as by whoever captures several, and read as they are then.
    SELECT o.reference, o.status FROM payments o
    WHERE o.id = ANY (ARRAY(SELECT a.id FROM payments a WHERE a.reference = ANY (ARRAY(SELECT reference FROM want))))
    ORDER BY o.id FOR NO KEY UPDATE
), p AS (
    INSERT INTO payments (id, key, reference, attempt, payer, description, method, gateway, amount,
                          currency, status, card_token, card_customer, card_instalments,
                          instalments_total, interest_borne_by, to_stores, next_poll_at, expires_at, created_at)
    SELECT w.id, w.key, w.reference,
           (SELECT coalesce(max(attempt), 0) + 1 FROM payments WHERE reference = w.reference),
           w.payer, w.description, w.method, w.gateway, w.amount, w.currency, 'pending', w.card_token,
           w.card_customer, w.instalments, w.total, w.interest, w.to_stores, w.first_look, w.expires_at, w.created_at
    FROM want w
    WHERE (SELECT count(*) FROM others o WHERE o.reference = w.reference
           AND o.status IN ('completed', 'partially_refunded', 'disputed')) = 0
    ON CONFLICT DO NOTHING
    RETURNING id, created_at
), parts AS (
    SELECT s.*, p.created_at, w.currency, s.amount = 0 AND w.method <> 'cash_on_delivery' AS nothing
    FROM jsonb_to_recordset($2::jsonb) AS s (
        id uuid, payment uuid, position bigint, store uuid, part uuid, amount numeric, commission numeric,
        earning numeric, to_store boolean, txid text, br_code text, pay_to jsonb, chat text, account text, account_refunds boolean)
    JOIN p ON p.id = s.payment JOIN want w ON w.id = s.payment
), l AS (
    INSERT INTO payment_legs (payment_id, position, split_id, store_id, part, amount, currency, status, txid,
                              br_code, pay_to, chat, paid_at, created_at)
    SELECT payment, position, id, store, part, amount, currency, CASE WHEN nothing THEN 'paid' ELSE 'open' END,
           txid, br_code, pay_to, chat, CASE WHEN nothing THEN created_at END, created_at
    FROM parts WHERE to_store
), s AS (
    INSERT INTO payment_splits (id, payment_id, position, store_id, part, amount, commission, earning, account, there,
                                account_refunds, look_at, created_at)
    SELECT id, payment, position, store, part, amount, commission, earning, account,
           CASE WHEN account IS NOT NULL THEN 'asked' END, account IS NOT NULL AND account_refunds,
           CASE WHEN account IS NOT NULL THEN created_at END, created_at
    FROM parts
)
SELECT id FROM p
