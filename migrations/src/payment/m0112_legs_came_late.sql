-- Whether a leg's money came after it was given up: its store has it, and is to give it back.
ALTER TABLE payment_legs ADD COLUMN came_late boolean NOT NULL DEFAULT false;
