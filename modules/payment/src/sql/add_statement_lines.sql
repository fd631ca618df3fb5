-- Keeps lines of a statement: $1 a list of rows, $2 the statement, $3 now. One that is kept already stays.
INSERT INTO statement_lines (id, statement_id, key, number, booked_on, amount, currency, text, state, reason,
                             payment_id, created_at, updated_at)
SELECT l.id, $2, l.key, l.number, l.booked_on, l.amount, l.currency, l.text, l.state, l.reason, l.payment, $3, $3
FROM jsonb_to_recordset($1::jsonb) AS l (
    id uuid, key text, number integer, booked_on date, amount numeric, currency text, text text, state text,
    reason text, payment uuid)
ON CONFLICT (key) DO NOTHING
