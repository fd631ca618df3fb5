ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind CHECK (kind IN (
    'capture', 'release', 'rest_released', 'refund', 'refund_held', 'refund_freed', 'refund_returned', 'payout',
    'payout_paid', 'payout_returned', 'payout_reversed', 'fee', 'dispute_opened', 'dispute_won', 'dispute_lost',
    'netting', 'settled_by_store', 'write_off', 'invoiced', 'reserve_held', 'reserve_released')) NOT VALID;
