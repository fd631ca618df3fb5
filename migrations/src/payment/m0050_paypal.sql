-- Payments that are approved at PayPal.
ALTER TABLE payments DROP CONSTRAINT payments_method;
ALTER TABLE payments ADD CONSTRAINT payments_method
    CHECK (method IN ('pix', 'card', 'bank_transfer', 'whatsapp', 'paypal')) NOT VALID;
