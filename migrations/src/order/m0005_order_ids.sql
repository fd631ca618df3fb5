-- What becomes of an id for which a cart was held is decided once: an order is placed under it, or
-- it is given up and the cart released. Whoever comes second finds the row. Forgotten after a day,
-- which is longer than any try to place an order takes.
CREATE TABLE decided_ids (
    order_id   uuid PRIMARY KEY,
    decided_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Of an order that ended unpaid: where the lines of its cart are, and what was done to each.
ALTER TABLE checkouts ADD COLUMN returned jsonb;
