use feira_kernel::{Actor, Currency, ModuleError, Money, StoreId, Surface};
use feira_store::{
    CommissionRequest, CommissionRuleChange, CommissionValue, NewCommissionRule, RuleEnd, Settings,
    StoreError,
};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{World, on, operator, world_with};

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn percent(percent: i64) -> CommissionValue {
    CommissionValue::Percentage {
        percent: Decimal::from(percent),
    }
}

fn rule(
    store: Option<StoreId>,
    category: Option<u128>,
    value: CommissionValue,
) -> NewCommissionRule {
    NewCommissionRule {
        store,
        category: category.map(Uuid::from_u128),
        value,
    }
}

fn ask(store: StoreId, categories: &[u128], quantity: u32) -> CommissionRequest {
    CommissionRequest {
        store,
        category_path: categories.iter().map(|c| Uuid::from_u128(*c)).collect(),
        base: brl(10_000),
        quantity,
    }
}

#[feira_testkit::test("stores")]
async fn new_rules_come_first_and_the_default_last(db: TestDb) {
    let settings = Settings {
        default_commission_percent: Decimal::new(125, 1),
        ..Settings::default()
    };
    let world = world_with(&db, settings);
    let (api, boss) = (&*world.api, operator());
    let one = world.approved(1, "Ateliê").await.id;
    let two = world.approved(2, "Brinquedos").await.id;
    api.add_commission_rule(&boss, rule(None, Some(5), percent(8)), None)
        .await
        .unwrap();
    let special = api
        .add_commission_rule(&boss, rule(Some(one), Some(5), percent(3)), None)
        .await;
    let fee = CommissionValue::PerUnit { amount: brl(200) };
    api.add_commission_rule(&boss, rule(Some(two), Some(6), fee), None)
        .await
        .unwrap();
    let rules = api.commission_rules(&boss).await.unwrap();
    let positions: Vec<_> = rules.iter().map(|r| r.position).collect();
    assert!(
        positions.is_sorted() && positions.len() == 4,
        "{positions:?}"
    );
    assert_eq!(rules[1], special.unwrap());
    let CommissionValue::Percentage { percent } = rules[3].value else {
        panic!()
    };
    assert_eq!(
        percent,
        Decimal::new(125, 1),
        "the default follows the settings"
    );

    let asked = vec![
        ask(one, &[4, 5], 1),
        ask(two, &[4, 5], 1),
        ask(two, &[5, 6], 3),
        ask(two, &[], 3),
    ];
    let quotes = api
        .quote_commission(&Actor::system("order"), asked)
        .await
        .unwrap();
    let minor: Vec<_> = quotes.iter().map(|q| q.commission.minor()).collect();
    assert_eq!(minor, [300, 800, 600, 1_250]);
    assert_eq!(quotes[3].rule, rules[3].id);
}

#[feira_testkit::test("stores")]
async fn rules_added_at_once_get_places_of_their_own(world: World) {
    let tries: Vec<_> = (0..10)
        .map(|n| {
            let api = world.api.clone();
            let new = rule(None, Some(n), percent(5));
            tokio::spawn(async move { api.add_commission_rule(&operator(), new, None).await })
        })
        .collect();
    for attempt in tries {
        attempt.await.unwrap().unwrap();
    }
    assert_eq!(
        world.api.commission_rules(&operator()).await.unwrap().len(),
        11
    );
}

#[feira_testkit::test("stores")]
async fn a_rule_must_make_sense_and_come_from_an_operator(world: World) {
    let fine = CommissionValue::Percentage {
        percent: Decimal::new(1, 5),
    };
    let negative = CommissionValue::PerUnit { amount: brl(-1) };
    let nobody = Some(StoreId(Uuid::from_u128(404)));
    for (wrong, pointer) in [
        (rule(None, None, percent(101)), "/value/percent"),
        (rule(None, None, percent(-1)), "/value/percent"),
        (rule(None, None, fine), "/value/percent"),
        (rule(None, None, negative), "/value/amount"),
        (rule(nobody, None, percent(1)), "/store_id"),
    ] {
        let refused = world
            .api
            .add_commission_rule(&operator(), wrong, None)
            .await;
        assert_eq!(refused.unwrap_err().fields()[0].pointer, pointer);
    }
    let reviewer = on(Surface::Admin, None, &[feira_store::REVIEW_STORES]);
    for actor in [reviewer, Actor::stranger(), Actor::system("order")] {
        let refused = world
            .api
            .add_commission_rule(&actor, rule(None, None, percent(1)), None)
            .await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
        assert!(
            world.api.commission_rules(&actor).await.is_err(),
            "{actor:?}"
        );
    }
    for reader in [operator(), Actor::system("catalog")] {
        let rules = world.api.commission_rules(&reader).await.unwrap();
        assert_eq!(rules.len(), 1, "{reader:?}");
    }
}

#[feira_testkit::test("stores")]
async fn a_rule_is_changed_ended_and_removed_and_the_default_stays(db: TestDb) {
    let world = world_with(&db, Settings::default());
    let (api, boss) = (&*world.api, operator());
    let store = world.approved(1, "Ateliê").await.id;
    let added = api
        .add_commission_rule(&boss, rule(Some(store), None, percent(8)), None)
        .await
        .unwrap();
    let quoted = async || {
        let quotes = api
            .quote_commission(&Actor::system("order"), vec![ask(store, &[], 1)])
            .await;
        quotes.unwrap()[0].commission.minor()
    };
    let change = |value: Option<CommissionValue>, end| CommissionRuleChange {
        value,
        end,
        ..CommissionRuleChange::default()
    };
    let update = async |id, change| api.update_commission_rule(&boss, id, change).await;
    let changed = update(added.id, change(Some(percent(5)), None))
        .await
        .unwrap();
    assert_eq!((changed.version, quoted().await), (added.version + 1, 500));
    let late = CommissionRuleChange {
        expected_version: Some(added.version.into()),
        ..change(Some(percent(6)), None)
    };
    let late = update(added.id, late).await;
    assert!(matches!(late, Err(StoreError::VersionMismatch)));

    // Ended it stays in the list and counts no more; without an end it counts again.
    let now = db.env("stores").now();
    for (end, commission) in [
        (RuleEnd::At { at: now }, 1_000),
        (RuleEnd::Never {}, 500),
        (
            RuleEnd::At {
                at: now + time::Duration::days(1),
            },
            500,
        ),
    ] {
        update(added.id, change(None, Some(end))).await.unwrap();
        assert_eq!(quoted().await, commission, "{end:?}");
    }
    assert_eq!(api.commission_rules(&boss).await.unwrap().len(), 2);

    let default = api.commission_rules(&boss).await.unwrap()[1].clone();
    let ended = update(default.id, change(None, Some(RuleEnd::At { at: now }))).await;
    assert!(matches!(ended, Err(StoreError::DefaultRule)));
    let fee = CommissionValue::PerUnit { amount: brl(1) };
    let fee = update(default.id, change(Some(fee), None)).await;
    assert_eq!(fee.unwrap_err().fields()[0].pointer, "/value");
    let removed = api.remove_commission_rule(&boss, default.id, None).await;
    assert!(matches!(removed, Err(StoreError::DefaultRule)));
    update(default.id, change(Some(percent(12)), None))
        .await
        .unwrap();

    let seller = on(Surface::Seller, Some(store), &[feira_store::MANAGE_STORE]);
    let refused = api.remove_commission_rule(&seller, added.id, None).await;
    assert!(matches!(refused, Err(StoreError::Forbidden)));
    api.remove_commission_rule(&boss, added.id, None)
        .await
        .unwrap();
    assert_eq!(quoted().await, 1_200);
    let again = api.remove_commission_rule(&boss, added.id, None).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
}
