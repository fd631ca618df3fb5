-- What completed refunds of payment $1 took of split $2 out of its store's account at the provider.
SELECT coalesce(sum(i.taken_there), 0) FROM refunds r JOIN refund_parts i ON i.refund_id = r.id AND i.split_id = $2
WHERE r.payment_id = $1 AND r.status = 'completed'
