-- schemas: each
-- Nobody but the owner may change or delete what is only added to: the ledger, histories, movements, logs of attempts and of acts.
SELECT g.table_name, g.grantee, g.privilege_type
FROM information_schema.table_privileges g
JOIN pg_tables t ON t.schemaname = g.table_schema AND t.tablename = g.table_name
WHERE g.table_schema = '{schema}' AND g.grantee <> t.tableowner
  AND g.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
  AND g.table_name IN (
    'audit', 'debt_settlements', 'inventory_movements', 'ledger_entries', 'ledger_transactions', 'milestones',
    'notification_logs', 'order_items', 'order_status_history', 'payment_attempts', 'payment_logs', 'payout_accounts',
    'payout_ended_items', 'store_status_history', 'transactions')
UNION ALL
SELECT c.table_name, c.grantee, c.privilege_type || ' (' || c.column_name || ')'
FROM information_schema.column_privileges c
JOIN pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name
WHERE c.table_schema = '{schema}' AND c.grantee <> t.tableowner AND c.privilege_type = 'UPDATE'
  AND c.table_name IN ('ledger_entries', 'ledger_transactions', 'audit')
