-- Removes the other registrations of the person who made this one ($1), but the newest $2.
DELETE FROM registrations
WHERE id = ANY (ARRAY(
    SELECT o.id FROM registrations r
    JOIN registrations o ON o.user_id = r.user_id AND o.id <> r.id
    WHERE r.id = $1
    ORDER BY o.expires_at DESC, o.id DESC OFFSET $2))
