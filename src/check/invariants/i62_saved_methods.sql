-- schemas: payments
-- What a provider calls a person is hers alone; of a card that is kept no number is written down; and a card's token is kept no longer than the outcome of its charge is open.
SELECT m.id AS subject, m.provider, 'a customer of two people' AS what
FROM payments.payment_methods m
WHERE EXISTS (SELECT 1 FROM payments.payment_methods o
              WHERE o.provider = m.provider AND o.customer = m.customer AND o.user_id <> m.user_id)
UNION ALL
SELECT m.id, m.provider, 'the number of a card'
FROM payments.payment_methods m
WHERE concat_ws(' ', m.customer, m.setup, m.token, m.brand) ~ '(^|[^0-9a-zA-Z])[0-9]{15,19}([^0-9a-zA-Z]|$)'
UNION ALL
SELECT p.id, p.gateway, 'a token of a charge that is over'
FROM payments.payments p
WHERE p.card_token IS NOT NULL AND p.status NOT IN ('pending', 'authorized')
