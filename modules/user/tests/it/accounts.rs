use feira_kernel::UserId;
use feira_testkit::TestDb;
use feira_user::{
    ConfirmationId, UserError,
    testing::{FakeUsers, contract, person, registered_and_verified, registration},
};
use uuid::Uuid;

use crate::support::*;

#[feira_testkit::test(SCHEMA)]
async fn the_module_keeps_the_contract(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let op = registered_and_verified(&*api, "op@feira.example", &["admin", "support"])
        .await
        .unwrap();
    api.register(&NOBODY, registration("new@feira.example"))
        .await
        .unwrap();
    let confirmation = published(&db).await[0].confirmation;
    contract(&*api, [&ana, &op], confirmation).await;

    let unknown = token_of(&*api, ConfirmationId(Uuid::from_u128(1))).await;
    assert!(matches!(unknown, Err(UserError::NotFound)));
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    let fake = FakeUsers::new();
    let (one, other) = (person(1), person(2));
    fake.add(one.clone());
    assert_eq!(fake.add(other.clone()), UserId(Uuid::from_u128(2)));
    contract(&fake, [&one, &other], ConfirmationId(Uuid::from_u128(3))).await;
}
