-- What was written to see whether there is room.
DELETE FROM inbox WHERE consumer = 'room'
