-- The right to read who did what.
INSERT INTO permissions (name) VALUES ('audit.see');
INSERT INTO role_permissions (role, permission) VALUES ('admin', 'audit.see');
