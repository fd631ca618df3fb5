use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use crate::Schema;

/// The role of a schema; roles are cluster-wide, hence the installation's prefix.
pub(crate) fn name(prefix: &str, schema: &str) -> String {
    format!("{prefix}_{schema}")
}

/// Gives each module's NOLOGIN role rights on its own schema and no other. It catches mistakes;
/// it is no security fence, because the owner may take any of the roles. Another database of the
/// same cluster may be making the same role at this moment: then it is there.
pub(crate) async fn grant(
    owner: &DatabaseConnection,
    prefix: &str,
    schema: &Schema,
) -> Result<(), DbErr> {
    let role = name(prefix, schema.name);
    let name = schema.name;
    let mut statements = format!(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN \
             CREATE ROLE \"{role}\" NOLOGIN; END IF; \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; \
         DO $$ BEGIN EXECUTE format('GRANT \"{role}\" TO %I', current_user); \
             EXCEPTION WHEN OTHERS THEN NULL; END $$; \
         GRANT USAGE ON SCHEMA \"{name}\", extensions TO \"{role}\"; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{name}\" TO \"{role}\"; \
         GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA \"{name}\" TO \"{role}\"; \
         GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA \"{name}\" TO \"{role}\"; \
         REVOKE INSERT, UPDATE, DELETE ON \"{name}\".seaql_migrations FROM \"{role}\";"
    );
    for table in schema.append_only {
        statements.push_str(&format!(
            " REVOKE UPDATE, DELETE ON \"{name}\".\"{table}\" FROM \"{role}\";"
        ));
    }
    owner.execute_unprepared(&statements).await.map(|_| ())
}
