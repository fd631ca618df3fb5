-- The right to say that a payment came, or that a refund was sent.
INSERT INTO permissions (name) VALUES ('payments.manage');
INSERT INTO role_permissions (role, permission) VALUES ('admin', 'payments.manage');
