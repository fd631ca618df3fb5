-- What somebody did, in the transaction of the act: $1 id, $2 when, $3 person, guest or system, $4 user,
-- $5 module, $6 surface, $7 store, $8 action, $9 what kind of thing, $10 which, $11 details.
INSERT INTO audit (id, at, actor, user_id, module, surface, store_id, action, subject_kind, subject_id, details)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
