-- Claiming and settling a message writes its row again: without the two bodies, which stand aside
-- from now on, and beside the old row where there is room.
ALTER TABLE notifications SET (toast_tuple_target = 256, fillfactor = 70);
