-- Why a payment was not made: the payment of key $1, or else the attempt of reference $2 that was
-- paid or is open.
SELECT p.id, p.key, p.reference, p.payer, p.description, p.method, p.gateway, p.amount, p.currency, p.status,
       p.refunded, p.failure, p.transaction_id, p.action_url, p.expires_at, p.created_at, p.br_code, p.card_token,
       p.card_customer, p.client_secret, p.txid, p.instructions, p.to_stores,
       p.card_instalments, p.instalments_total, p.interest_borne_by
FROM payments p
WHERE p.key = $1 OR p.reference = $2
ORDER BY p.key = $1 DESC, p.status IN ('completed', 'partially_refunded', 'disputed') DESC,
         p.status IN ('pending', 'authorized') DESC LIMIT 1
