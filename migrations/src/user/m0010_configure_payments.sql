-- The right to say who takes payments, by what, and with which keys.
INSERT INTO permissions (name) VALUES ('payments.configure');
INSERT INTO role_permissions (role, permission) VALUES ('admin', 'payments.configure');
