-- Active people whose roles let them do $1; at most $2.
SELECT r.user_id AS id FROM user_roles r
JOIN role_permissions p ON p.role = r.role AND p.permission = $1
JOIN users u ON u.id = r.user_id AND u.status = 'active'
GROUP BY r.user_id ORDER BY r.user_id LIMIT $2
