//! What PostgreSQL itself enforces between modules.

use feira_kernel::{db, values};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::support::{see, start};

const CROSSING: &str = "SELECT string_agg(conname || ' of ' || conrelid::regclass, ', ') \
     FROM pg_constraint c JOIN pg_class own ON own.oid = c.conrelid \
     JOIN pg_class other ON other.oid = c.confrelid \
     WHERE c.contype = 'f' AND own.relnamespace <> other.relnamespace";

async fn found(owner: &DatabaseConnection, sql: &str) -> Option<String> {
    db::scalar(owner, sql, values![]).await.unwrap().flatten()
}

async fn schemas(owner: &DatabaseConnection) -> Vec<String> {
    let all: String = see(
        owner,
        "SELECT string_agg(table_schema, ' ') FROM information_schema.tables WHERE table_name = 'outbox_event'",
    )
    .await;
    all.split(' ').map(str::to_owned).collect()
}

async fn as_role(owner: &DatabaseConnection, schema: &str, statement: &str) -> Result<(), String> {
    owner
        .execute_unprepared(&format!(
            "BEGIN; SET LOCAL ROLE test_{schema}; {statement}; ROLLBACK"
        ))
        .await
        .map(|_| ())
        .map_err(|e| e.to_string())
}

#[feira_testkit::test("sandbox")]
async fn no_foreign_key_crosses_schemas(db: TestDb) {
    let owner = db.owner().await;
    assert_eq!(found(&owner, CROSSING).await, None);
    owner
        .execute_unprepared(
            "CREATE TABLE sandbox.crossing (id uuid CONSTRAINT crosses REFERENCES users.job (id))",
        )
        .await
        .unwrap();
    assert_eq!(
        found(&owner, CROSSING).await.as_deref(),
        Some("crosses of sandbox.crossing"),
        "the query can see one"
    );
}

#[feira_testkit::test("sandbox")]
async fn every_table_says_when_its_rows_were_made(db: TestDb) {
    let owner = db.owner().await;
    let without = "SELECT string_agg(t.table_schema || '.' || t.table_name, ', ') \
         FROM information_schema.tables t \
         WHERE t.table_schema IN (SELECT table_schema FROM information_schema.tables \
                                  WHERE table_name = 'outbox_event') \
           AND t.table_type = 'BASE TABLE' AND t.table_name <> 'seaql_migrations' \
           AND NOT EXISTS (SELECT 1 FROM information_schema.columns c \
                           WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name \
                             AND c.column_name = 'created_at' AND c.column_default = 'now()')";
    assert_eq!(found(&owner, without).await, None);
}

#[feira_testkit::test("sandbox")]
async fn a_modules_role_reaches_its_own_schema_and_no_other(db: TestDb) {
    let owner = db.owner().await;
    let schemas = schemas(&owner).await;
    assert_eq!(schemas.len(), 9);
    for own in &schemas {
        for other in &schemas {
            let read = format!("SELECT 1 FROM {other}.outbox_event");
            // A connection that refused a statement is inside a failed transaction.
            let owner = db.owner().await;
            let result = as_role(&owner, own, &read).await;
            if own == other {
                result.unwrap_or_else(|e| panic!("{own}: {e}"));
                continue;
            }
            let error = result.expect_err("another module's schema");
            assert!(
                error.contains(&format!("permission denied for schema {other}")),
                "{own} reads {other}: {error}"
            );
        }
    }
}

#[feira_testkit::test("sandbox")]
async fn a_pool_runs_as_its_role(db: TestDb) {
    let (env, _) = start(&db).await;
    let foreign = "SELECT count(*) FROM users.outbox_event";
    let error = db::scalar::<i64>(env.pool.read(), foreign, values![])
        .await
        .expect_err("another module's schema");
    assert!(error.to_string().contains("permission denied"), "{error}");
    let result: Result<u64, db::Error> = env
        .pool
        .transaction((), |tx, ()| {
            Box::pin(async move {
                db::exec(&**tx, "CREATE TABLE scratch_more (n int)", values![]).await
            })
        })
        .await;
    let error = result.expect_err("modules make no tables");
    assert!(error.to_string().contains("permission denied"), "{error}");
}

#[feira_testkit::test("sandbox")]
async fn what_is_append_only_cannot_be_changed_by_its_module(db: TestDb) {
    let owner = db.owner().await;
    for schema in schemas(&owner).await {
        for statement in [
            "UPDATE {}.seaql_migrations SET version = version",
            "DELETE FROM {}.seaql_migrations",
        ] {
            let owner = db.owner().await;
            let statement = statement.replace("{}", &schema);
            let error = as_role(&owner, &schema, &statement).await;
            let error = error.expect_err("the history of migrations is not the module's");
            assert!(error.contains("permission denied for table"), "{error}");
        }
    }
    for (schema, table) in feira_migrations::append_only() {
        let rights: String = see(
            &owner,
            &format!(
                "SELECT string_agg(right_name, ' ' ORDER BY right_name) \
                 FROM unnest(ARRAY['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']) AS r (right_name) \
                 WHERE has_table_privilege('test_{schema}', '{schema}.{table}', right_name)"
            ),
        )
        .await;
        assert_eq!(rights, "INSERT SELECT", "{schema}.{table}");
    }
}
