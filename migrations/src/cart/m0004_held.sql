-- A cart of which an order is being made is held: nobody changes it, and its owner has another one.
ALTER TABLE carts ADD COLUMN held_at timestamptz;
-- What is kept met the narrower rules: nothing has to be read again.
ALTER TABLE carts
    DROP CONSTRAINT carts_status_check,
    DROP CONSTRAINT carts_completed_by_an_order,
    ADD CONSTRAINT carts_status_check CHECK (status IN ('open', 'held', 'completed', 'merged')) NOT VALID,
    ADD CONSTRAINT carts_order_of_held_and_completed CHECK ((status IN ('held', 'completed')) = (order_id IS NOT NULL)) NOT VALID,
    ADD CONSTRAINT carts_held_since CHECK (status <> 'held' OR held_at IS NOT NULL) NOT VALID;
