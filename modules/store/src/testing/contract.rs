use std::collections::BTreeSet;

use feira_kernel::{Actor, Currency, Money, PageRequest, StoreId, UserId};
use uuid::Uuid;

use crate::api::{
    CommissionRequest, MANAGE_STORE, Role, ShippingRequest, StoreError, StoreFilter, StoreKey,
    StoreStatus, Stores,
};

/// Two stores with one flat way of shipping at 15.00 BRL each, and no other store: one that
/// sells, one that is suspended. Commission is 10 %.
#[derive(Debug, Clone, Copy)]
pub struct Subjects {
    pub open: StoreId,
    pub suspended: StoreId,
    /// The owner of the suspended one.
    pub owner: UserId,
}

/// What the modules above rely on, of whatever answers the trait.
///
/// # Panics
/// When something does not hold.
pub async fn contract(api: &dyn Stores, subjects: Subjects) {
    strangers_see_what_sells(api, subjects).await;
    only_modules_ask_in_batches(api, subjects).await;
    team(api, subjects).await;
    only_who_pays_learns_accounts(api, subjects).await;
    quotes_come_in_order(api, subjects).await;
    commission_is_a_tenth(api, subjects).await;
}

fn unknown() -> StoreId {
    StoreId(Uuid::from_u128(404))
}

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap_or_else(|_| Money::zero(Currency::BRL))
}

async fn strangers_see_what_sells(api: &dyn Stores, subjects: Subjects) {
    let stranger = Actor::stranger();
    let open = api.store(&stranger, StoreKey::Id(subjects.open)).await;
    let open = open.unwrap_or_else(|e| panic!("an approved store is public: {e}"));
    let by_slug = api
        .store(&stranger, StoreKey::Slug(open.slug.clone()))
        .await;
    assert_eq!(by_slug.map(|store| store.id).ok(), Some(subjects.open));
    for id in [subjects.suspended, unknown()] {
        let hidden = api.store(&stranger, StoreKey::Id(id)).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");
    }
    let own = Actor::customer(subjects.owner);
    let own = api.store(&own, StoreKey::Id(subjects.suspended)).await;
    assert_eq!(
        own.map(|store| store.status).ok(),
        Some(StoreStatus::Suspended)
    );
    let listed = api
        .list(&stranger, StoreFilter::default(), PageRequest::default())
        .await;
    let listed: Vec<_> = listed.map(|page| page.items).unwrap_or_default();
    assert_eq!(
        listed.iter().map(|s| s.id).collect::<Vec<_>>(),
        [subjects.open]
    );
}

async fn only_modules_ask_in_batches(api: &dyn Stores, subjects: Subjects) {
    let ids = vec![subjects.open, unknown(), subjects.suspended, subjects.open];
    for actor in [
        Actor::stranger(),
        Actor::customer(subjects.owner),
        Actor::system("stranger"),
    ] {
        let refused = api.stores(&actor, ids.clone()).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
        assert!(api.not_purchasable(&actor).await.is_err(), "{actor:?}");
        assert!(
            api.people(&actor, subjects.open).await.is_err(),
            "{actor:?}"
        );
        let may = api.people_who_may(&actor, subjects.open, MANAGE_STORE.to_owned());
        assert!(may.await.is_err(), "{actor:?}");
        assert!(
            api.quote_shipping(&actor, Vec::new()).await.is_err(),
            "{actor:?}"
        );
        assert!(
            api.quote_commission(&actor, Vec::new()).await.is_err(),
            "{actor:?}"
        );
    }
    for module in [
        "catalog",
        "cart",
        "order",
        "payment",
        "notification",
        "gateway",
    ] {
        let found = api.stores(&Actor::system(module), ids.clone()).await;
        let found: BTreeSet<_> = found.into_iter().flatten().map(|s| s.id).collect();
        assert_eq!(found, BTreeSet::from([subjects.open, subjects.suspended]));
    }
    let closed = api.not_purchasable(&Actor::system("catalog")).await;
    assert_eq!(closed.ok(), Some(vec![subjects.suspended]));
}

async fn team(api: &dyn Stores, subjects: Subjects) {
    let gateway = Actor::system("gateway");
    let own = api.memberships(&gateway, subjects.owner).await;
    let own = own.unwrap_or_else(|e| panic!("the gateway may ask: {e}"));
    assert_eq!(own.len(), 1);
    assert_eq!(
        (own[0].store, own[0].role),
        (subjects.suspended, Role::Owner)
    );
    assert!(own[0].permissions.iter().any(|p| p.0 == MANAGE_STORE));
    let nosy = api
        .memberships(&Actor::customer(UserId(Uuid::nil())), subjects.owner)
        .await;
    assert!(matches!(nosy, Err(StoreError::Forbidden)));
    let people = api
        .people(&Actor::system("notification"), subjects.suspended)
        .await;
    assert_eq!(people.ok(), Some(vec![subjects.owner]));
    for (permission, told) in [
        (MANAGE_STORE, vec![subjects.owner]),
        ("no.such", Vec::new()),
    ] {
        let may = api
            .people_who_may(
                &Actor::system("notification"),
                subjects.suspended,
                permission.to_owned(),
            )
            .await;
        assert_eq!(may.ok(), Some(told), "{permission}");
    }
}

async fn only_who_pays_learns_accounts(api: &dyn Stores, subjects: Subjects) {
    let asked = || vec![subjects.open, unknown(), subjects.open];
    let payees = api.payees(&Actor::system("payment"), asked()).await;
    let payees = payees.unwrap_or_else(|e| panic!("payment may ask: {e}"));
    let told: Vec<_> = payees.iter().map(|payee| payee.store).collect();
    assert_eq!(told, [subjects.open]);
    for actor in [
        Actor::system("order"),
        Actor::system("gateway"),
        Actor::customer(subjects.owner),
        Actor::stranger(),
    ] {
        let nosy = api.payees(&actor, asked()).await;
        assert!(
            matches!(nosy, Err(StoreError::Forbidden)),
            "{actor:?}: {nosy:?}"
        );
    }
}

async fn quotes_come_in_order(api: &dyn Stores, subjects: Subjects) {
    let ask = |store| ShippingRequest {
        store,
        value: brl(10_000),
        weight_grams: 100,
        destination: None,
    };
    let asked = [subjects.suspended, unknown(), subjects.open, subjects.open];
    let quotes = api
        .quote_shipping(&Actor::system("cart"), asked.map(ask).to_vec())
        .await;
    let quotes = quotes.unwrap_or_else(|e| panic!("the cart may ask: {e}"));
    assert_eq!(quotes.iter().map(|q| q.store).collect::<Vec<_>>(), asked);
    for (quote, sells) in quotes.iter().zip([false, false, true, true]) {
        assert_eq!(quote.purchasable, sells, "{quote:?}");
        assert_eq!(quote.options.is_empty(), !sells, "{quote:?}");
    }
    assert!(!quotes[0].store_name.is_empty() && quotes[1].store_name.is_empty());
    assert_eq!(quotes[2].options[0].price, brl(1500));
}

async fn commission_is_a_tenth(api: &dyn Stores, subjects: Subjects) {
    let ask = |minor| CommissionRequest {
        store: subjects.open,
        category_path: Vec::new(),
        base: brl(minor),
        quantity: 1,
    };
    let quotes = api
        .quote_commission(&Actor::system("order"), vec![ask(1_005), ask(0), ask(4)])
        .await;
    let quotes = quotes.unwrap_or_else(|e| panic!("order may ask: {e}"));
    let commissions: Vec<_> = quotes.iter().map(|q| q.commission).collect();
    assert_eq!(commissions, [brl(101), brl(0), brl(0)]);
    assert_eq!(quotes[0].base, brl(1_005));
}
