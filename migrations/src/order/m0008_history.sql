-- History is written with a change of the order that it tells of, which is never deleted. `feira check`
-- asks for history of nothing instead.
ALTER TABLE order_status_history
    DROP CONSTRAINT order_status_history_order_id_fkey,
    DROP CONSTRAINT order_status_history_store_order_id_fkey;
