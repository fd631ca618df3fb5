-- What a payout claimed that came back: its items are open again, and this tells which they were.
CREATE TABLE payout_ended_items (
    payout_id  uuid NOT NULL,
    entry_id   uuid NOT NULL,
    split_id   uuid,
    kind       text NOT NULL,
    amount     numeric(19,4) NOT NULL,
    currency   char(3) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payout_id, entry_id)
);

-- When the stores were paid last by the schedule: one row.
CREATE TABLE payout_schedule (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    ran_at     timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
