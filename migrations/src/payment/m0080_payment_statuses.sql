-- The states of payments by name, for whoever reads the tables: what each is called in either language. What may be
-- written is said by the constraint of `payments`, so that no change of a payment looks a name up.
CREATE TABLE payment_statuses (
    status     text PRIMARY KEY,
    position   smallint NOT NULL UNIQUE,
    name_en    text NOT NULL CHECK (name_en <> ''),
    name_pt_br text NOT NULL CHECK (name_pt_br <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO payment_statuses (position, status, name_en, name_pt_br) VALUES
    (1, 'pending',            'Pending',         'Pendente'),
    (2, 'authorized',         'Authorized',      'Autorizado'),
    (3, 'completed',          'Paid',            'Pago'),
    (4, 'failed',             'Failed',          'Falhou'),
    (5, 'cancelled',          'Cancelled',       'Cancelado'),
    (6, 'expired',            'Expired',         'Vencido'),
    (7, 'partially_refunded', 'Partly refunded', 'Reembolsado em parte'),
    (8, 'refunded',           'Refunded',        'Reembolsado'),
    (9, 'disputed',           'Disputed',        'Contestado');
