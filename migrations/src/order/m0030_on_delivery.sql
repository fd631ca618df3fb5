-- Parts that are paid to their store when they are handed over. Whether the goods of one that was not paid are put
-- back into the stock its seller says before that is asked of payment, so that a crash in between loses nothing.
ALTER TABLE store_orders
    ADD COLUMN restocks boolean,
    DROP CONSTRAINT store_orders_settlement_check,
    ADD CONSTRAINT store_orders_settlement CHECK (settlement IN (
        'unpaid', 'on_delivery', 'paid', 'partially_refunded', 'refunded')) NOT VALID;
