use feira_kernel::{Runner, Surface};
use feira_testkit::TestDb;
use feira_user::testing::{log_in, registered_and_verified, registration};
use time::Duration;

use crate::support::*;

#[feira_testkit::test(SCHEMA)]
async fn what_is_long_expired_is_removed_and_nothing_else(db: TestDb) {
    let module = module(&db);
    let api = module.api.clone();
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    api.register(&NOBODY, registration("bia@feira.example"))
        .await
        .unwrap();
    log_in(&*api, "ana@feira.example", Surface::Shop)
        .await
        .unwrap();
    let runner = Runner::new(std::slice::from_ref(&module.runtime));
    runner.register().await.unwrap();
    let left = || async {
        let sessions = count(&db, "SELECT count(*) FROM users.sessions").await;
        let registrations = count(&db, "SELECT count(*) FROM users.registrations").await;
        (sessions, registrations)
    };
    runner.settle().await.unwrap();
    assert_eq!(left().await, (1, 1));
    db.clock().advance(Duration::days(32));
    runner.settle().await.unwrap();
    assert_eq!(left().await, (1, 0), "the token expired two days ago");
    db.clock().advance(Duration::days(29));
    // Twice: a job may always run again.
    for _ in 0..2 {
        runner.settle().await.unwrap();
        db.clock().advance(Duration::hours(1));
    }
    assert_eq!(left().await, (0, 0));
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 2);
}
