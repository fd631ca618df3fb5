-- How often providers and limits were changed.
SELECT version FROM provider_version WHERE id = 1
