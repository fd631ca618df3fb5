use feira_kernel::{
    Actor, Currency, ModuleError, StoreId, Surface, Versions, db, outbox::Event, values,
};
use feira_store::{
    MANAGE_PAYOUT_ACCOUNT, MANAGE_STORE, NewPayoutAccount, PayoutAccountChange,
    PayoutAccountChanged, PayoutAccountKind, PayoutDestination, ProfileChange, StoreError,
    StorePhoneChanged, StoreStatus, pix_key::PixKeyKind,
};
use feira_testkit::{TestDb, violations};
use feira_user::testing::PASSWORD;
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use crate::support::{World, on, operator};

const OWNING: &[&str] = &[MANAGE_STORE, MANAGE_PAYOUT_ACCOUNT];

fn owner(store: StoreId) -> Actor {
    on(Surface::Seller, Some(store), OWNING)
}

fn pix(key: &str) -> PayoutAccountChange {
    PayoutAccountChange {
        expected_version: None,
        account: NewPayoutAccount::Pix {
            key: key.to_owned(),
        },
        password: PASSWORD.to_owned(),
    }
}

#[feira_testkit::test("stores")]
async fn a_store_is_paid_on_its_newest_account_and_keeps_the_earlier(db: TestDb, world: World) {
    let store = world.approved(1, "Ateliê").await;
    let actor = owner(store.id);
    assert_eq!(world.api.payout_account(&actor).await.unwrap(), None);
    let first = pix("ana.souza@feira.example");
    let told = world.api.change_payout_account(&actor, first.clone(), None);
    let told = told.await.unwrap();
    assert_eq!(
        (told.kind, told.masked.as_str(), told.version),
        (PayoutAccountKind::Pix, "a***@feira.example", 1)
    );
    db.clock().advance(time::Duration::hours(1));
    // The same as it has changes nothing.
    let same = world.api.change_payout_account(&actor, first, None).await;
    assert_eq!(same.unwrap(), told);
    let bank = PayoutAccountChange {
        account: NewPayoutAccount::BankAccount {
            bank: "001".to_owned(),
            branch: "1234".to_owned(),
            account: "12345-6".to_owned(),
            holder: "Ana Souza".to_owned(),
            holder_tax_id: "529.982.247-25".to_owned(),
        },
        ..pix("")
    };
    let second = world.api.change_payout_account(&actor, bank, None).await;
    let second = second.unwrap();
    assert_eq!(
        (second.version, second.kind),
        (2, PayoutAccountKind::BankAccount)
    );
    assert_eq!(
        world.api.payout_account(&actor).await.unwrap(),
        Some(second)
    );
    let kept = "SELECT count(*) FROM payout_accounts";
    let env = db.env("stores");
    let kept: Option<i64> = db::scalar(env.pool.read(), kept, values![]).await.unwrap();
    assert_eq!(kept, Some(2));
    let payees = world
        .api
        .payees(&Actor::system("payment"), vec![store.id])
        .await;
    let payee = payees.unwrap().remove(0);
    assert_eq!(
        (payee.status, payee.currency, payee.tax_id.as_str()),
        (StoreStatus::Approved, Currency::BRL, "11222333000181")
    );
    assert!(payee.approved_at.is_some());
    let account = payee.account.unwrap();
    assert_eq!(account.masked, "001 / 1234 / ***5-6");
    assert!(
        matches!(account.destination, PayoutDestination::BankAccount { account, .. } if account == "12345-6")
    );
}

#[feira_testkit::test("stores")]
async fn every_change_is_told_and_written_down_without_the_number(db: TestDb, world: World) {
    let store = world.approved(1, "Ateliê").await;
    let change = pix("+5511912345678");
    let changed = world
        .api
        .change_payout_account(&owner(store.id), change, None)
        .await;
    changed.unwrap();
    let env = db.env("stores");
    let told =
        "SELECT payload::text FROM outbox_event WHERE name = 'store.payout_account_changed.v1'";
    let told: Option<String> = db::scalar(env.pool.read(), told, values![]).await.unwrap();
    let told: PayoutAccountChanged = serde_json::from_str(&told.unwrap()).unwrap();
    let expected = PayoutAccountChanged {
        store: store.id,
        owner: store.owner,
        version: 1,
    };
    assert_eq!(told, expected);
    let written = "SELECT details::text FROM audit WHERE action = 'store.payout_account_changed'";
    let written: Option<String> = db::scalar(env.pool.read(), written, values![])
        .await
        .unwrap();
    let written = written.unwrap();
    assert!(
        written.contains("***5678") && !written.contains("912345678"),
        "{written}"
    );
}

#[feira_testkit::test("stores")]
async fn the_password_and_the_right_are_asked_for(world: World) {
    let store = world.approved(1, "Ateliê").await;
    let change = || pix("52998224725");
    for wrong in ["", "not the password", &format!("{PASSWORD} ")] {
        let change = PayoutAccountChange {
            password: wrong.to_owned(),
            ..change()
        };
        let refused = world
            .api
            .change_payout_account(&owner(store.id), change, None)
            .await;
        let refused = refused.unwrap_err();
        let pointers: Vec<_> = refused
            .fields()
            .iter()
            .map(|f| f.pointer.as_str())
            .collect();
        assert_eq!(pointers, ["/password"], "{refused}");
    }
    let manager = on(Surface::Seller, Some(store.id), &[MANAGE_STORE]);
    for actor in [
        manager,
        operator(),
        Actor::stranger(),
        Actor::system("payment"),
    ] {
        let refused = world
            .api
            .change_payout_account(&actor, change(), None)
            .await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
        let refused = world.api.payout_account(&actor).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
    }
    for actor in [owner(store.id), operator(), Actor::system("order")] {
        let refused = world.api.payees(&actor, vec![store.id]).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
    }
    assert_eq!(
        world.api.payout_account(&owner(store.id)).await.unwrap(),
        None
    );
}

#[feira_testkit::test("stores")]
async fn changes_at_once_follow_each_other_and_who_saw_another_is_refused(world: World) {
    let store = world.approved(1, "Ateliê").await;
    let actor = owner(store.id);
    let mut work = JoinSet::new();
    for n in 0..4 {
        let (api, actor) = (world.api.clone(), actor.clone());
        let change = pix(&format!("ana{n}@feira.example"));
        work.spawn(async move { api.change_payout_account(&actor, change, None).await });
    }
    let made = work.join_all().await;
    let mut versions: Vec<i64> = made.into_iter().map(|one| one.unwrap().version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4]);
    let stale = PayoutAccountChange {
        expected_version: Some(Versions::from(3)),
        ..pix("529.982.247-25")
    };
    let refused = world.api.change_payout_account(&actor, stale, None).await;
    assert!(
        matches!(refused, Err(StoreError::VersionMismatch)),
        "{refused:?}"
    );
}

#[test]
fn a_recorded_event_goes_on_decoding() {
    let recorded = serde_json::json!({
        "store": "01900000-0000-7000-8000-000000015703",
        "owner": "01900000-0000-7000-8000-000000020a01",
        "version": 2
    });
    let event: PayoutAccountChanged = serde_json::from_value(recorded.clone()).unwrap();
    assert_eq!(
        PayoutAccountChanged::NAME,
        "store.payout_account_changed.v1"
    );
    assert_eq!(serde_json::to_value(event).unwrap(), recorded);
}

/// Another telephone is told of, and from when it is one; the same one is no other.
#[feira_testkit::test("stores")]
async fn another_telephone_is_told_to_its_owner(db: TestDb, world: World) {
    let store = world.approved(1, "Ateliê").await;
    let payee = async || {
        let by = Actor::system("payment");
        let payees = world.api.payees(&by, vec![store.id]).await;
        payees.unwrap().remove(0)
    };
    let given = payee().await;
    assert_eq!(given.phone_changed_at, None);
    let change = async |phone: &str| {
        let phone = Some(phone.to_owned());
        let change = ProfileChange {
            phone,
            ..ProfileChange::default()
        };
        let changed = world.api.update_store(&owner(store.id), change).await;
        changed.unwrap();
    };
    change(&given.phone).await;
    assert_eq!(payee().await.phone_changed_at, None);
    db.clock().advance(time::Duration::hours(1));
    change("+55 21 98888-0000").await;
    let changed = payee().await;
    assert_eq!(changed.phone_changed_at, Some(db.clock().now()));
    let env = db.env("stores");
    let told = "SELECT string_agg(payload::text, ' ') FROM outbox_event WHERE name = 'store.phone_changed.v1'";
    let told: Option<String> = db::scalar(env.pool.read(), told, values![]).await.unwrap();
    let told: StorePhoneChanged = serde_json::from_str(&told.unwrap()).unwrap();
    assert_eq!((told.store, told.owner), (store.id, store.owner));
}

#[test]
fn a_recorded_change_of_the_telephone_goes_on_decoding() {
    let recorded = serde_json::json!({
        "store": "01900000-0000-7000-8000-000000015703",
        "owner": "01900000-0000-7000-8000-000000020a01",
        "version": 2
    });
    let event: StorePhoneChanged = serde_json::from_value(recorded.clone()).unwrap();
    assert_eq!(StorePhoneChanged::NAME, "store.phone_changed.v1");
    assert_eq!(serde_json::to_value(event).unwrap(), recorded);
}

/// What is kept of an account is read by later releases too.
#[test]
fn a_recorded_account_goes_on_being_read() {
    let recorded = serde_json::json!({"kind": "pix", "key_kind": "cpf", "key": "52998224725"});
    let read: PayoutDestination = serde_json::from_value(recorded).unwrap();
    let key = "52998224725".to_owned();
    let key_kind = PixKeyKind::Cpf;
    assert_eq!(read, PayoutDestination::Pix { key_kind, key });
}

#[feira_testkit::test("stores")]
async fn i44_an_account_that_is_lost_is_found(db: TestDb, world: World) {
    let store = world.approved(1, "Ateliê").await;
    for key in ["52998224725", "ana@feira.example"] {
        let changed = world
            .api
            .change_payout_account(&owner(store.id), pix(key), None)
            .await;
        changed.unwrap();
    }
    assert_eq!(violations(&db.url(), Some("stores")).await, []);
    let owner = db.owner().await;
    for (spoil, mend) in [
        (
            "CREATE TABLE kept AS SELECT * FROM stores.payout_accounts WHERE version = 1; \
             DELETE FROM stores.payout_accounts WHERE version = 1",
            "INSERT INTO stores.payout_accounts SELECT * FROM kept; DROP TABLE kept",
        ),
        (
            "UPDATE stores.payout_accounts SET changed_at = changed_at + interval '1 day' WHERE version = 1",
            "UPDATE stores.payout_accounts SET changed_at = changed_at - interval '1 day' WHERE version = 1",
        ),
    ] {
        owner.execute_unprepared(spoil).await.unwrap();
        let found = violations(&db.url(), Some("stores")).await;
        let names: Vec<_> = found.iter().map(|one| one.invariant.as_str()).collect();
        assert_eq!(names, ["i44_payout_accounts_are_kept"], "{spoil}");
        owner.execute_unprepared(mend).await.unwrap();
    }
}
