-- Of each reference in $1 the newest attempt, and the older ones that are open or were captured;
-- at most $2 in all.
SELECT p.id, p.key, p.reference, p.payer, p.description, p.method, p.gateway, p.amount, p.currency, p.status,
       p.refunded, p.failure, p.transaction_id, p.action_url, p.expires_at, p.created_at, p.br_code, p.card_token,
       p.card_customer, p.client_secret, p.txid, p.instructions, p.to_stores,
       p.card_instalments, p.instalments_total, p.interest_borne_by
FROM payments p
WHERE p.reference = ANY($1)
  AND (p.status IN ('pending', 'authorized') OR p.captured_at IS NOT NULL
       OR p.attempt = (SELECT max(n.attempt) FROM payments n WHERE n.reference = p.reference))
ORDER BY p.reference, p.attempt DESC LIMIT $2
