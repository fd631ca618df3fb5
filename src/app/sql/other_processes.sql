-- Whether a process that is not ours, of this release or one before it, has sessions with this schema.
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name <> current_setting('application_name')
      AND (application_name = 'feira/' || current_schema()
           OR application_name LIKE 'feira/' || current_schema() || '/%'))
