-- Keys of checkouts and of further attempts to pay are known in the table that all modules have.
-- What the release before knows under them is copied; it goes on writing its own columns while it
-- runs beside this one. A checkout's id is made of caller and key, so its second index is not needed.
INSERT INTO idempotency_key (caller, route, key, fingerprint, outcome, used_at)
SELECT caller, 'checkouts', key, fingerprint,
       jsonb_build_object('order', order_id, 'reservation', reservation), created_at
FROM checkouts
WHERE created_at > (SELECT max(created_at) - interval '72 hours' FROM checkouts)
ON CONFLICT DO NOTHING;

INSERT INTO idempotency_key (caller, route, key, fingerprint, outcome, used_at)
SELECT buyer.caller, 'orders/' || a.order_id || '/payments', a.key, a.fingerprint, to_jsonb(a.attempt), a.created_at
FROM payment_attempts a
JOIN orders o ON o.id = a.order_id
CROSS JOIN LATERAL (VALUES ('shop:' || o.user_id), ('guest:' || o.guest_token_hash), ('guest:' || o.cart_token_hash))
    AS buyer (caller)
WHERE a.created_at > (SELECT max(created_at) - interval '72 hours' FROM payment_attempts) AND buyer.caller IS NOT NULL
ON CONFLICT DO NOTHING;

ALTER TABLE checkouts DROP CONSTRAINT checkouts_caller_key;
