//! Units of work that are one statement.

use std::sync::{Arc, Mutex};

use feira_kernel::{
    db::{self, Class, Single},
    values,
};
use feira_testkit::run_module;
use sea_orm::FromQueryResult;

use super::support::{insert, rows, see, start};

#[derive(Debug, FromQueryResult)]
struct Row {
    n: i32,
}

type Told = Arc<Mutex<Vec<Result<Vec<i32>, Class>>>>;

/// Adds a row, and hears of it.
fn adding(n: i32, told: Told) -> (Single, impl Fn(&Result<Vec<Row>, db::Error>) + Send + Sync) {
    let single = Single {
        sql: "INSERT INTO scratch (n) SELECT $1 WHERE $1 > 0 RETURNING n",
        values: values![n],
        publishes: false,
    };
    let then = move |found: &Result<Vec<Row>, db::Error>| {
        let found = match found {
            Ok(rows) => Ok(rows.iter().map(|row| row.n).collect()),
            Err(error) => Err(error.class()),
        };
        told.lock().unwrap().push(found);
    };
    (single, then)
}

#[test]
fn it_commits_by_itself_and_tells_what_became_of_it() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        let told = Told::default();
        for n in [1, 0, 1] {
            let (single, then) = adding(n, told.clone());
            let added = env.pool.single(single, then).await;
            assert_eq!(added.is_err(), told.lock().unwrap().len() == 3);
        }
        assert_eq!(rows(&owner).await, 1);
        let told = told.lock().unwrap();
        assert_eq!(*told, [Ok(vec![1]), Ok(vec![]), Err(Class::Unique)]);
    });
}

#[test]
fn it_runs_to_its_end_although_nobody_awaits_it() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let (single, _) = adding(7, Told::default());
        let then = move |_: &Result<Vec<Row>, db::Error>| tell.send(()).unwrap();
        let mut unit = Box::pin(env.pool.single(single, then));
        assert!(futures::poll!(&mut unit).is_pending());
        drop(unit);
        heard.recv().await.expect("it was answered");
        assert_eq!(rows(&owner).await, 1);
    });
}

#[test]
fn it_is_repeated_after_a_lost_race() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        insert(&env.pool, 1).await.unwrap();
        // Fails as a loser does until the sequence, which no rollback takes back, is at its third.
        let made = "CREATE SEQUENCE sandbox.tries; GRANT USAGE ON SEQUENCE sandbox.tries TO test_sandbox; \
                    CREATE FUNCTION sandbox.lose() RETURNS int LANGUAGE plpgsql AS $$ \
                    BEGIN IF nextval('sandbox.tries') < 3 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END IF; \
                    RETURN 5; END $$";
        sea_orm::ConnectionTrait::execute_unprepared(&owner, made)
            .await
            .unwrap();
        let raise = Single {
            sql: "UPDATE scratch SET value = value + sandbox.lose() WHERE n = 1 RETURNING value AS n",
            values: values![],
            publishes: false,
        };
        let raised: Vec<Row> = env.pool.single(raise, |_| ()).await.unwrap();
        assert_eq!(raised[0].n, 5);
        let value: i32 = see(&owner, "SELECT value FROM sandbox.scratch").await;
        assert_eq!(value, 5, "the lost tries left nothing");
    });
}
