//! Units of work that are one statement.

use feira_kernel::{
    db::{self, Class, Single},
    values,
};
use feira_testkit::TestDb;
use sea_orm::FromQueryResult;

use super::support::{insert, rows, see, start, until};

#[derive(Debug, FromQueryResult)]
struct Row {
    n: i32,
}

/// Adds a row.
fn adding(n: i32) -> Single {
    Single {
        sql: "INSERT INTO scratch (n) SELECT $1 WHERE $1 > 0 RETURNING n",
        values: values![n],
        publishes: false,
    }
}

#[feira_testkit::test("sandbox")]
async fn it_commits_by_itself(db: TestDb) {
    let (env, owner) = start(&db).await;
    let added = async |n| {
        let rows: Result<Vec<Row>, db::Error> = env.pool.single(adding(n)).await;
        rows.map(|rows| rows.iter().map(|row| row.n).collect::<Vec<_>>())
            .map_err(|error| error.class())
    };
    assert_eq!(added(1).await, Ok(vec![1]));
    assert_eq!(added(0).await, Ok(vec![]));
    assert_eq!(added(1).await, Err(Class::Unique));
    assert_eq!(rows(&owner).await, 1);
}

#[feira_testkit::test("sandbox")]
async fn it_runs_to_its_end_although_nobody_awaits_it(db: TestDb) {
    let (env, owner) = start(&db).await;
    {
        let mut unit = Box::pin(env.pool.single::<Row>(adding(7)));
        assert!(futures::poll!(&mut unit).is_pending());
    }
    until("it was written", || async { rows(&owner).await == 1 }).await;
}

#[feira_testkit::test("sandbox")]
async fn it_is_repeated_after_a_lost_race(db: TestDb) {
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
    let raised: Vec<Row> = env.pool.single(raise).await.unwrap();
    assert_eq!(raised[0].n, 5);
    let value: i32 = see(&owner, "SELECT value FROM sandbox.scratch").await;
    assert_eq!(value, 5, "the lost tries left nothing");
}
