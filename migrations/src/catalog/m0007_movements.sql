-- Movements and the lines of reservations are written on stock that is locked, and no variant is ever
-- deleted. `feira check` asks for those of nothing instead.
ALTER TABLE inventory_movements DROP CONSTRAINT inventory_movements_variant_id_fkey;
ALTER TABLE reservation_lines
    DROP CONSTRAINT reservation_lines_key_fkey,
    DROP CONSTRAINT reservation_lines_variant_id_fkey;
