ALTER TABLE payments VALIDATE CONSTRAINT payments_uncollected;
ALTER TABLE payments VALIDATE CONSTRAINT payments_refunded;
ALTER TABLE payments VALIDATE CONSTRAINT payments_refunded_in_part;
ALTER TABLE payments VALIDATE CONSTRAINT payments_method;
