-- What the group {group} may do beside: change rows in the schema {name}.
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{name}" TO "{group}";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{name}" TO "{group}";
REVOKE INSERT, UPDATE, DELETE ON "{name}".seaql_migrations FROM "{group}";
