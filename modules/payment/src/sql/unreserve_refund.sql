-- Puts back what refund $1 set aside. $2 now.
UPDATE payment_splits s SET refunding = s.refunding - i.amount, updated_at = $2
FROM refund_parts i WHERE i.refund_id = $1 AND s.id = i.split_id
