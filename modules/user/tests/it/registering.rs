use feira_kernel::{Actor, ErrorKind, ModuleError, Surface, outbox::Event};
use feira_testkit::TestDb;
use feira_user::{
    ConfirmationId, Registered, Registration, UserError,
    testing::{PASSWORD, registration},
};
use futures::future::join_all;
use time::Duration;
use uuid::Uuid;

use crate::support::*;

#[feira_testkit::test(SCHEMA)]
async fn she_registers_confirms_and_signs_in(db: TestDb) {
    let api = users(&db);
    let mut new = registration("Ana@Feira.example");
    new.username = Some("ana.s".to_owned());
    api.register(&NOBODY, new).await.unwrap();

    // Before the address is confirmed, the right password says so and a wrong one nothing.
    let early = api.log_in(&NOBODY, shop("ana@feira.example")).await;
    assert!(matches!(early, Err(UserError::EmailNotVerified)));
    let wrong = log_in_of("ana@feira.example", "wrong horse", Surface::Shop);
    let wrong = api.log_in(&NOBODY, wrong).await;
    assert!(matches!(wrong, Err(UserError::BadCredentials)));

    let token = mailed_token(&db, &*api).await;
    api.verify_email(&NOBODY, token).await.unwrap();
    for login in ["Ana@Feira.example", " ANA@FEIRA.EXAMPLE ", "ana.s", "Ana.S"] {
        let tokens = api.log_in(&NOBODY, shop(login)).await.unwrap();
        assert_eq!(tokens.user.email, "Ana@Feira.example", "as she typed it");
        assert!(tokens.user.email_verified);
        assert_eq!(tokens.user.locale, "pt-BR");
        assert_eq!(tokens.expires_in, 900);
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_verified_address_is_answered_alike_and_changes_nothing(db: TestDb) {
    let api = users(&db);
    api.register(&NOBODY, registration("ana@feira.example"))
        .await
        .unwrap();
    let token = mailed_token(&db, &*api).await;
    api.verify_email(&NOBODY, token).await.unwrap();

    let thief = Registration {
        password: "another password".to_owned(),
        first_name: "Thief".to_owned(),
        ..registration("ANA@feira.example")
    };
    api.register(&NOBODY, thief).await.unwrap();
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 1);
    assert_eq!(published(&db).await.len(), 1);
    let rows = "SELECT id FROM users.registrations";
    let id = feira_kernel::db::scalar(&db.owner().await, rows, Vec::new()).await;
    let id = id.unwrap().expect("a row as for an unknown address");
    let useless = token_of(&*api, ConfirmationId(id)).await.unwrap();
    let useless = api.verify_email(&NOBODY, useless).await;
    assert!(matches!(useless, Err(UserError::TokenInvalid)));
    let hers = api.log_in(&NOBODY, shop("ana@feira.example")).await;
    assert_eq!(hers.unwrap().user.first_name, "Ana");
}

#[feira_testkit::test(SCHEMA)]
async fn the_event_is_written_by_the_transaction_of_the_account(db: TestDb) {
    users(&db)
        .register(&NOBODY, registration("ana@feira.example"))
        .await
        .unwrap();
    let together = "SELECT count(*) FROM users.users u \
         JOIN users.outbox_event e ON e.aggregate_id = u.id AND e.xmin = u.xmin \
         JOIN users.registrations r ON r.user_id = u.id AND r.xmin = u.xmin";
    assert_eq!(count(&db, together).await, 1);
}

#[feira_testkit::test(SCHEMA)]
async fn a_confirmation_works_once_and_not_for_ever(db: TestDb) {
    let api = users(&db);
    api.register(&NOBODY, registration("ana@feira.example"))
        .await
        .unwrap();
    let token = mailed_token(&db, &*api).await;
    db.clock().advance(Duration::hours(24));
    let late = api.verify_email(&NOBODY, token).await;
    assert!(matches!(late, Err(UserError::TokenInvalid)), "{late:?}");

    api.register(&NOBODY, registration("bia@feira.example"))
        .await
        .unwrap();
    let token = mailed_token(&db, &*api).await;
    let tasks = (0..8).map(|_| {
        let (api, token) = (api.clone(), token.clone());
        tokio::spawn(async move { api.verify_email(&NOBODY, token).await })
    });
    let answers = join_all(tasks).await;
    let won = answers.iter().filter(|a| matches!(a, Ok(Ok(())))).count();
    assert_eq!(won, 1, "{answers:?}");
    let again = api.verify_email(&NOBODY, token).await;
    assert!(matches!(again, Err(UserError::TokenInvalid)));
}

#[feira_testkit::test(SCHEMA)]
async fn a_token_is_bound_to_its_confirmation(db: TestDb) {
    let api = users(&db);
    for email in ["ana@feira.example", "bia@feira.example"] {
        api.register(&NOBODY, registration(email)).await.unwrap();
        db.clock().advance(Duration::SECOND);
    }
    let events = published(&db).await;
    let ana = token_of(&*api, events[0].confirmation).await.unwrap();
    let bia = token_of(&*api, events[1].confirmation).await.unwrap();
    let (id, _) = ana.split_once('.').unwrap();
    let (_, mac) = bia.split_once('.').unwrap();
    for forged in [
        format!("{id}.{mac}"),
        format!("{id}."),
        format!("{ana}="),
        format!("{ana}\0"),
        id.to_owned(),
        String::new(),
        "\0".to_owned(),
        "x".repeat(100_000),
    ] {
        let refused = api.verify_email(&NOBODY, forged.clone()).await;
        assert!(
            matches!(refused, Err(UserError::TokenInvalid)),
            "{forged:.80}"
        );
    }
    // The address changed since: the link confirms what it was sent to, nothing else.
    by_owner(
        &db,
        "UPDATE users.users SET email = 'new@feira.example' WHERE email LIKE 'ana%'",
    )
    .await;
    let stale = api.verify_email(&NOBODY, ana).await;
    assert!(matches!(stale, Err(UserError::TokenInvalid)));
    api.verify_email(&NOBODY, bia).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn a_username_is_nobodys_until_the_address_is_confirmed(db: TestDb) {
    let api = users(&db);
    let with_username = |email: &str| Registration {
        username: Some("ana".to_owned()),
        ..registration(email)
    };
    // Else a free username after registering a known address would tell that it is known.
    for email in ["ana@feira.example", "bia@feira.example"] {
        api.register(&NOBODY, with_username(email)).await.unwrap();
        db.clock().advance(Duration::SECOND);
    }
    let mut tokens = Vec::new();
    for event in published(&db).await {
        tokens.push(token_of(&*api, event.confirmation).await.unwrap());
    }
    let nobody = api.log_in(&NOBODY, shop("ana")).await;
    assert!(matches!(nobody, Err(UserError::BadCredentials)));
    for token in tokens {
        api.verify_email(&NOBODY, token).await.unwrap();
    }
    let first = api.log_in(&NOBODY, shop("ana")).await.unwrap();
    assert_eq!(first.user.email, "ana@feira.example");
    let second = api
        .log_in(&NOBODY, shop("bia@feira.example"))
        .await
        .unwrap();
    assert_eq!(second.user.username, None);

    let taken = api
        .register(&NOBODY, with_username("eva@feira.example"))
        .await
        .expect_err("taken");
    assert_eq!(taken.fields()[0].pointer, "/username");
    assert_eq!(published(&db).await.len(), 2);
}

#[feira_testkit::test(SCHEMA)]
async fn bad_fields_are_invalid_and_never_reach_the_database(db: TestDb) {
    let api = users(&db);
    let changes: [fn(&mut Registration); 7] = [
        |new| new.email = "ana\0@feira.example".to_owned(),
        |new| new.first_name = "A\0na".to_owned(),
        |new| new.last_name = "\0".to_owned(),
        |new| new.username = Some("an\0a".to_owned()),
        |new| new.phone_number = Some("\0".to_owned()),
        |new| new.password = "password123".to_owned(),
        |new| new.password = "with a NUL \0".to_owned(),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut new = registration("ana@feira.example");
        change(&mut new);
        let error = api.register(&NOBODY, new).await.expect_err("bad");
        assert_eq!(error.kind(), ErrorKind::Invalid, "change {index}");
        assert_eq!(error.fields().len(), 1, "change {index}: {error:?}");
    }
    let odd = Registration {
        locale: Some("\0".to_owned()),
        ..registration("ana@feira.example")
    };
    api.register(&NOBODY, odd).await.unwrap();
    let nul = log_in_of("an\0a", PASSWORD, Surface::Shop);
    let error = api.log_in(&NOBODY, nul).await.expect_err("bad");
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 1);
}

#[test]
fn the_event_is_what_it_was() {
    let event = Registered {
        user: feira_kernel::UserId(Uuid::from_u128(1)),
        version: 1,
        confirmation: ConfirmationId(Uuid::from_u128(2)),
    };
    insta::assert_json_snapshot!(Registered::NAME, event);
    // A sample as an older release wrote it must go on decoding.
    let old = r#"{"user":"00000000-0000-0000-0000-000000000001","version":1,
        "confirmation":"00000000-0000-0000-0000-000000000002"}"#;
    assert_eq!(serde_json::from_str::<Registered>(old).unwrap(), event);
}

#[feira_testkit::test(SCHEMA)]
async fn no_secret_is_kept_or_published(db: TestDb) {
    let api = users(&db);
    api.register(&NOBODY, registration("ana@feira.example"))
        .await
        .unwrap();
    let token = mailed_token(&db, &*api).await;
    api.verify_email(&NOBODY, token).await.unwrap();
    let tokens = api
        .log_in(&NOBODY, shop("ana@feira.example"))
        .await
        .unwrap();
    api.register(&NOBODY, registration("bia@feira.example"))
        .await
        .unwrap();
    let token = mailed_token(&db, &*api).await;
    let shown = format!("{:?}{tokens:?}", registration("ana@feira.example"));
    assert_eq!(shown, "Registration(***)Tokens(***)");
    let (_, mac) = token.split_once('.').unwrap();
    for (table, secrets) in [
        ("users", [PASSWORD, "correct"]),
        ("outbox_event", ["ana@", mac]),
        ("registrations", [mac, PASSWORD]),
        ("sessions", [&tokens.refresh_token, &tokens.access_token]),
    ] {
        for secret in secrets {
            let sql = format!(
                "SELECT count(*) FROM users.{table} t WHERE strpos(t::text, '{secret}') > 0"
            );
            assert_eq!(count(&db, &sql).await, 0, "{table} holds {secret}");
        }
    }
    let actor = Actor::system("order");
    let event = published(&db).await.pop().unwrap();
    let refused = api.confirmation_token(&actor, event.confirmation).await;
    assert!(matches!(refused, Err(UserError::Forbidden)));
}
