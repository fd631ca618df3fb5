-- What the marketplace has here in the currency $1, in minor units: what it took, less what it gave back, lost
-- to banks and sent to stores.
-- Scans the book: it is a simulation's.
SELECT ((SELECT coalesce(sum(amount - refunded), 0) FROM charges WHERE status = 'captured' AND currency = $1)
      - (SELECT coalesce(sum(d.amount), 0) FROM disputes d JOIN charges c ON c.id = d.charge_id
         WHERE d.status IN ('open', 'answered', 'lost') AND c.currency = $1)
      - (SELECT coalesce(sum(amount - reversed), 0) FROM transfers WHERE currency = $1))::bigint
