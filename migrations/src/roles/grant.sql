-- What each role of the group {group} may do in the schema {name}: read. The names are put in, because no
-- value can be bound here; another database of the server may make the same group at the same moment.
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{group}') THEN
        CREATE ROLE "{group}" NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    EXECUTE format('GRANT "{group}" TO %I', current_user);
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
GRANT USAGE ON SCHEMA "{name}", extensions TO "{group}";
GRANT SELECT ON ALL TABLES IN SCHEMA "{name}" TO "{group}";
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "{name}" TO "{group}";
DO $$ BEGIN
    IF NOT has_database_privilege('{group}', current_database(), 'CONNECT') THEN
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO "{group}"', current_database());
    END IF;
END $$;
