-- Payments that buyers make to the stores themselves before anything is sold. A release before this one makes
-- none, so that its rows are as they were.
ALTER TABLE payments ADD COLUMN to_stores boolean NOT NULL DEFAULT false;
