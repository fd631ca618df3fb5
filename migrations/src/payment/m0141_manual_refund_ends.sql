-- A refund by hand may not be sent, or come back. A release before this one that runs beside it cannot read the new
-- states: until it ends, it takes up no refund of such a payment.
ALTER TABLE manual_refunds DROP CONSTRAINT manual_refunds_state_check;
ALTER TABLE manual_refunds DROP CONSTRAINT manual_refunds_check;
ALTER TABLE manual_refunds ADD CONSTRAINT manual_refunds_state
    CHECK (state IN ('waiting', 'sent', 'withdrawn', 'returned')) NOT VALID;
ALTER TABLE manual_refunds ADD CONSTRAINT manual_refunds_reference
    CHECK ((state IN ('sent', 'returned')) = (reference IS NOT NULL)) NOT VALID;
