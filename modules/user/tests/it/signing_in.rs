use feira_kernel::{ErrorKind, ModuleError, Surface};
use feira_testkit::TestDb;
use feira_user::{
    HashCost, LogIn, UserError, start,
    testing::{PASSWORD, log_in, registered_and_verified},
};

use crate::support::*;

#[feira_testkit::test(SCHEMA)]
async fn unknown_people_and_wrong_passwords_look_alike(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    for (login, password) in [
        ("ana@feira.example", "wrong horse"),
        ("ana@feira.example", ""),
        ("ana@feira.example", "correct horse 7 staple "),
        ("eva@feira.example", PASSWORD),
        ("eva", PASSWORD),
        ("", ""),
        ("%", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ] {
        for surface in [Surface::Shop, Surface::Seller, Surface::Admin] {
            let answer = api
                .log_in(&NOBODY, log_in_of(login, password, surface))
                .await;
            let error = answer.expect_err("refused");
            assert_eq!(error.code(), "user.bad_credentials", "{login} {password}");
        }
    }
    let long = "x".repeat(1_000_000);
    let endless = log_in_of("ana@feira.example", &long, Surface::Shop);
    let error = api.log_in(&NOBODY, endless).await.expect_err("refused");
    assert_eq!(error.code(), "user.bad_credentials");
    let error = api
        .log_in(&NOBODY, log_in_of(&long, PASSWORD, Surface::Shop))
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(count(&db, "SELECT count(*) FROM users.sessions").await, 0);
}

#[feira_testkit::test(SCHEMA)]
async fn a_domain_beyond_ascii_is_one_however_it_is_written(db: TestDb) {
    let api = users(&db);
    let user = registered_and_verified(&*api, "Ana@EXÄMPLE.com", &[]).await;
    assert_eq!(user.unwrap().email, "Ana@exämple.com");
    for login in ["ana@exämple.com", "ANA@Exa\u{308}mple.com"] {
        assert!(log_in(&*api, login, Surface::Shop).await.is_ok(), "{login}");
    }
    let again = registered_and_verified(&*api, "ana@Exämple.com", &[]).await;
    assert!(again.is_err(), "{again:?}");
}

#[feira_testkit::test(SCHEMA)]
async fn the_admin_surface_wants_an_operator(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    registered_and_verified(&*api, "op@feira.example", &["support"])
        .await
        .unwrap();
    let refused = log_in(&*api, "ana@feira.example", Surface::Admin).await;
    assert!(matches!(refused, Err(UserError::Forbidden)));
    let wrong = log_in_of("ana@feira.example", "wrong horse", Surface::Admin);
    let wrong = api.log_in(&NOBODY, wrong).await;
    assert!(matches!(wrong, Err(UserError::BadCredentials)));

    let seller = log_in(&*api, "ana@feira.example", Surface::Seller).await;
    assert_eq!(seller.unwrap().surface, Surface::Seller);
    let admin = log_in(&*api, "op@feira.example", Surface::Admin).await;
    assert_eq!(admin.unwrap().user.roles, ["support"]);
}

#[feira_testkit::test(SCHEMA)]
async fn a_blocked_person_is_refused_after_the_right_password_only(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    by_owner(&db, "UPDATE users.users SET status = 'blocked'").await;
    let right = log_in(&*api, "ana@feira.example", Surface::Shop).await;
    assert!(matches!(right, Err(UserError::Forbidden)));
    let wrong = log_in_of("ana@feira.example", "wrong horse", Surface::Shop);
    let wrong = api.log_in(&NOBODY, wrong).await;
    assert!(matches!(wrong, Err(UserError::BadCredentials)));
    assert_eq!(count(&db, "SELECT count(*) FROM users.sessions").await, 0);
}

#[feira_testkit::test(SCHEMA)]
async fn what_the_client_says_of_itself_is_cleaned_and_kept(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let odd = LogIn {
        device: Some(format!("Bot\0\r\n{}", "é".repeat(5_000))),
        address: Some("\0".repeat(200)),
        ..shop("ana@feira.example")
    };
    api.log_in(&NOBODY, odd).await.unwrap();
    let kept = "SELECT count(*) FROM users.sessions \
         WHERE length(device) = 200 AND device LIKE 'Boté%' AND address IS NULL";
    assert_eq!(count(&db, kept).await, 1);
}

#[feira_testkit::test(SCHEMA)]
async fn a_grown_hash_is_taken_at_sign_in_and_sessions_stay(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let before = log_in(&*api, "ana@feira.example", Surface::Shop)
        .await
        .unwrap();
    let mut grown = settings(&db);
    grown.hash_cost = HashCost {
        memory_kib: 128,
        passes: 2,
        lanes: 1,
    };
    let later = start(db.env(SCHEMA), grown).unwrap().api;
    for _ in 0..2 {
        log_in(&*later, "ana@feira.example", Surface::Shop)
            .await
            .unwrap();
    }
    let new = "SELECT count(*) FROM users.users WHERE hashed_password LIKE '%m=128,t=2,p=1%'";
    assert_eq!(count(&db, new).await, 1);
    later.refresh(&NOBODY, before.refresh_token).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn settings_that_cannot_work_do_not_start(db: TestDb) {
    let refused = |change: fn(&mut feira_user::Settings)| {
        let mut settings = settings(&db);
        change(&mut settings);
        let error = start(db.env(SCHEMA), settings).err().expect("refused");
        error.to_string()
    };
    let sentences = [
        refused(|s| s.jwt_keys.clear()),
        refused(|s| s.issuer.clear()),
        refused(|s| s.access_ttl = time::Duration::ZERO),
        refused(|s| s.browser_session_ttl.idle = -time::Duration::HOUR),
        refused(|s| s.throttle.first_wait = time::Duration::ZERO),
        refused(|s| s.hash_concurrency = 0),
        refused(|s| s.hash_cost.passes = 0),
        refused(|s| s.default_locale = "xx".to_owned()),
    ];
    insta::assert_snapshot!(sentences.join("\n"));
}
