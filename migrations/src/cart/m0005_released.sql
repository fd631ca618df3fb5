-- For which order a cart was released last, and what was done to its lines then: {"order", "report"}.
ALTER TABLE carts ADD COLUMN released jsonb;
