-- schemas: catalog
-- The path of a category is that of its parent and itself, so none lies below itself.
SELECT c.id, c.parent_id, c.path
FROM catalog.categories c LEFT JOIN catalog.categories p ON p.id = c.parent_id
WHERE c.path <> coalesce(p.path, '{}') || c.id;
