//! Two that migrate at once take turns, by a lock that lives as long as one session.

use feira_database::throwaway;
use feira_migrations::{Options, migrate, pending};
use feira_testkit::run_system;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("it answers")
}

#[test]
fn who_lost_the_lock_does_not_go_on() {
    run_system(|db| async move {
        let owner = db.owner().await;
        let create = "CREATE DATABASE feira_lock";
        owner.execute_unprepared(create).await.expect("a database");
        let url = throwaway::cluster().url("feira_lock");
        let options = Options {
            url: url.clone(),
            roles: Some(feira_testkit::roles()),
        };

        // It waits for us in the middle, with the lock's session idle.
        let other = connect(&url).await;
        let schema = "CREATE SCHEMA users";
        other.execute_unprepared(schema).await.expect("a schema");
        let ours = other.begin().await.expect("a transaction");
        let table = "CREATE TABLE users.seaql_migrations (version text)";
        ours.execute_unprepared(table).await.expect("a table");
        let migrating = tokio::spawn({
            let options = options.clone();
            async move { migrate(&options).await }
        });
        let end = "SELECT pg_terminate_backend(l.pid) FROM pg_locks l \
             JOIN pg_database d ON d.oid = l.database \
             JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE d.datname = 'feira_lock' AND l.locktype = 'advisory' AND a.state = 'idle' \
               AND EXISTS (SELECT 1 FROM pg_stat_activity w \
                    WHERE w.datname = 'feira_lock' AND w.wait_event_type = 'Lock')";
        while owner
            .execute_unprepared(end)
            .await
            .expect("it answers")
            .rows_affected()
            == 0
        {
            assert!(!migrating.is_finished(), "it waits for us");
        }
        ours.rollback().await.expect("it answers");
        let ended = migrating.await.expect("no panic");
        assert!(ended.is_err(), "{ended:?}");

        // The next one does it all.
        migrate(&options).await.expect("it migrates");
        assert_eq!(
            pending(&options.url).await.expect("it answers"),
            Vec::<String>::new()
        );
        other.close().await.expect("closes");
    });
}
