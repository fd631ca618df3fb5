use feira_kernel::Surface;
use feira_testkit::{TestDb, violations};
use feira_user::testing::{log_in, registered_and_verified};

use crate::support::*;

/// Each way to break it, and the way back.
const BROKEN: &[(&str, &str)] = &[
    (
        "UPDATE users.users SET status = 'blocked'",
        "UPDATE users.users SET status = 'active'",
    ),
    (
        "UPDATE users.users SET credentials_changed_at = credentials_changed_at + interval '1 h'",
        "UPDATE users.users SET credentials_changed_at = credentials_changed_at - interval '1 h'",
    ),
    (
        "DROP INDEX users.sessions_live_family_key; \
         INSERT INTO users.sessions (id, kind, family, token_hash, user_id, surface, opened_at, \
             last_used_at, expires_at) \
         SELECT gen_random_uuid(), kind, family, reverse(token_hash), user_id, surface, opened_at, \
             last_used_at, expires_at FROM users.sessions",
        "DELETE FROM users.sessions WHERE family <> id; \
         DELETE FROM users.sessions s USING users.sessions o WHERE s.family = o.family AND s.id > o.id",
    ),
];

#[feira_testkit::test(SCHEMA)]
async fn a_live_session_of_somebody_not_entitled_is_found(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let ended = log_in(&*api, "ana@feira.example", Surface::Shop).await;
    api.log_out(&NOBODY, ended.unwrap().refresh_token)
        .await
        .unwrap();
    log_in(&*api, "ana@feira.example", Surface::Shop)
        .await
        .unwrap();
    let found = || async { violations(&db.url(), Some(SCHEMA)).await };
    assert_eq!(found().await, []);
    for (change, undo) in BROKEN {
        for statement in change.split("; ") {
            by_owner(&db, statement).await;
        }
        let broken = found().await;
        let names: Vec<_> = broken.iter().map(|v| v.invariant.as_str()).collect();
        assert_eq!(
            names,
            ["i31_sessions_of_the_entitled"],
            "{change}: {broken:?}"
        );
        for statement in undo.split("; ") {
            by_owner(&db, statement).await;
        }
        assert_eq!(found().await, [], "{undo}");
    }
}
