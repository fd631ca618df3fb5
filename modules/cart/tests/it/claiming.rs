use feira_cart::{CartError, CartOwner, CartStatus, MergeOutcome, ShippingSelection};
use feira_kernel::{Actor, token::TokenHash};
use feira_store::{Destination, StoreStatus};
use uuid::Uuid;

use crate::support::{World, ana, bia, order, sku, units, variant};

fn token(of: &Actor) -> TokenHash {
    of.guest_token().unwrap().clone()
}

#[feira_testkit::test("carts")]
async fn without_a_cart_of_her_own_the_guests_becomes_hers(world: World) {
    let (guest, id) = world.guest().await;
    world.add(&guest, id, 1, 2).await.unwrap();
    let claimed = world
        .api
        .claim(&ana(), id, token(&guest), None)
        .await
        .unwrap();
    assert_eq!(claimed.cart.id, id);
    assert_eq!(claimed.cart.owner, CartOwner::User(ana().user().unwrap()));
    let told: Vec<_> = claimed
        .report
        .iter()
        .map(|l| (l.quantity, l.outcome))
        .collect();
    assert_eq!(told, [(2, MergeOutcome::Moved)]);
    let again = world
        .api
        .claim(&ana(), id, token(&guest), None)
        .await
        .unwrap();
    assert_eq!((again.cart, again.report.len()), (claimed.cart, 0));
    let gone = world.api.cart(&guest, id).await;
    assert!(
        matches!(gone, Err(CartError::NotFound)),
        "the token is worth nothing now"
    );
    assert_eq!(world.open(&ana()).await, id);
    let other = world.api.claim(&bia(), id, token(&guest), None).await;
    assert!(matches!(other, Err(CartError::NotFound)));
}

#[feira_testkit::test("carts")]
async fn lines_are_summed_within_the_limits_and_the_report_says_how(world: World) {
    let own = world.open(&ana()).await;
    world.add(&ana(), own, 1, 30).await.unwrap();
    world.add(&ana(), own, 2, 1).await.unwrap();
    let (guest, id) = world.guest().await;
    for (number, quantity) in [(1, 30), (2, 2), (11, 4), (12, 1)] {
        world.add(&guest, id, number, quantity).await.unwrap();
    }
    world.catalog.change(variant(12), |s| s.active = false);
    let to = Destination {
        country: "BR".to_owned(),
        state: None,
        postal_code: "01310200".to_owned(),
    };
    let shipping = ShippingSelection {
        destination: Some(to.clone()),
        choices: Vec::new(),
    };
    world
        .api
        .set_shipping(&guest, id, shipping, None)
        .await
        .unwrap();

    let claimed = world
        .api
        .claim(&ana(), id, token(&guest), None)
        .await
        .unwrap();
    assert_eq!(claimed.cart.id, own);
    assert_eq!(units(&claimed.cart), [sku(1, 50), sku(11, 4), sku(2, 3)]);
    assert_eq!(claimed.cart.destination, Some(to));
    let told: Vec<_> = claimed
        .report
        .iter()
        .map(|l| (l.guest_quantity, l.own_quantity, l.quantity, l.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (30, 30, 50, MergeOutcome::CappedByStock),
            (2, 1, 3, MergeOutcome::Summed),
            (4, 0, 4, MergeOutcome::Moved),
            (1, 0, 0, MergeOutcome::NotOffered),
        ]
    );
    insta::assert_json_snapshot!("merge_report", claimed.report);
    assert_eq!(world.api.cart(&ana(), own).await.unwrap(), claimed.cart);
    let again = world
        .api
        .claim(&ana(), id, token(&guest), None)
        .await
        .unwrap();
    assert_eq!((again.cart, again.report.len()), (claimed.cart, 0));
    let old = world.api.cart(&guest, id).await.unwrap();
    assert_eq!(old.status, CartStatus::Merged);
    let late = world.add(&guest, id, 1, 1).await;
    assert!(matches!(late, Err(CartError::Closed)));
}

#[feira_testkit::test("carts")]
async fn nothing_of_a_suspended_store_is_added(world: World) {
    let own = world.open(&ana()).await;
    world.add(&ana(), own, 11, 2).await.unwrap();
    let (guest, id) = world.guest().await;
    for (number, quantity) in [(11, 3), (12, 1), (1, 4)] {
        world.add(&guest, id, number, quantity).await.unwrap();
    }
    world
        .stores
        .set_status(world.second, StoreStatus::Suspended);
    let claimed = world.api.claim(&ana(), id, token(&guest), None).await;
    let claimed = claimed.unwrap();
    assert_eq!(units(&claimed.cart), [sku(1, 4), sku(11, 2)]);
    let told: Vec<_> = claimed
        .report
        .iter()
        .map(|l| (l.own_quantity, l.quantity, l.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (2, 2, MergeOutcome::NotOffered),
            (0, 0, MergeOutcome::NotOffered),
            (0, 4, MergeOutcome::Moved),
        ]
    );
}

#[feira_testkit::test("carts")]
async fn claimed_many_times_at_once_it_is_merged_once(world: World) {
    for with_own_cart in [true, false] {
        let who = if with_own_cart { ana() } else { bia() };
        if with_own_cart {
            let own = world.open(&who).await;
            world.add(&who, own, 1, 1).await.unwrap();
        }
        let (guest, id) = world.guest().await;
        world.add(&guest, id, 1, 2).await.unwrap();
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (api, who, token) = (world.api.clone(), who.clone(), token(&guest));
                tokio::spawn(async move { api.claim(&who, id, token, None).await })
            })
            .collect();
        let mut reports = 0;
        for attempt in tries {
            reports += attempt.await.unwrap().unwrap().report.len();
        }
        assert_eq!(reports, 1, "one of them did it");
        let own = world.open(&who).await;
        let cart = world.api.cart(&who, own).await.unwrap();
        assert_eq!(units(&cart), [sku(1, if with_own_cart { 3 } else { 2 })]);
    }
}

#[feira_testkit::test("carts")]
async fn a_claim_while_both_carts_change_loses_nothing(world: World) {
    let own = world.open(&ana()).await;
    let (guest, id) = world.guest().await;
    let mut tries = Vec::new();
    for n in 0..12 {
        let (api, guest) = (world.api.clone(), guest.clone());
        tries.push(tokio::spawn(async move {
            let item = feira_cart::NewItem {
                variant: variant(1),
                quantity: 1,
            };
            match n {
                6 => api.claim(&ana(), id, token(&guest), None).await.map(|_| 0),
                n if n % 2 == 0 => api.add_item(&ana(), own, item, None).await.map(|_| 1),
                _ => api.add_item(&guest, id, item, None).await.map(|_| 1),
            }
        }));
    }
    let mut acknowledged = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(units) => acknowledged += units,
            Err(error) => assert!(matches!(error, CartError::Closed), "{error:?}"),
        }
    }
    let cart = world.api.cart(&ana(), own).await.unwrap();
    assert_eq!(units(&cart), [sku(1, acknowledged)]);
}

#[feira_testkit::test("carts")]
async fn who_may_claim_what(world: World) {
    let (guest, id) = world.guest().await;
    let cart = world.add(&guest, id, 1, 1).await.unwrap();
    let wrong = TokenHash::of("guessed");
    let foreign = world.api.claim(&ana(), id, wrong, None).await;
    assert!(matches!(foreign, Err(CartError::NotFound)));
    for actor in [guest.clone(), Actor::stranger(), order()] {
        let refused = world.api.claim(&actor, id, token(&guest), None).await;
        assert!(matches!(refused, Err(CartError::Forbidden)), "{actor:?}");
    }
    let hers = world.open(&bia()).await;
    let stolen = world.api.claim(&ana(), hers, token(&guest), None).await;
    assert!(matches!(stolen, Err(CartError::NotFound)));
    assert_eq!(world.api.cart(&guest, id).await.unwrap(), cart);
    let made = Uuid::from_u128(1);
    world.hold(&guest, id, made).await;
    world.api.close(&order(), id, made, None).await.unwrap();
    let late = world.api.claim(&ana(), id, token(&guest), None).await;
    assert!(matches!(late, Err(CartError::Closed)));
}

/// The guest signs in while her order waits for its payment, naming the held cart or the one in
/// which she goes on, if she does.
#[feira_testkit::test("carts")]
async fn held_carts_become_hers_and_the_answer_is_one_that_she_can_fill(world: World) {
    let cleo = Actor::customer(feira_kernel::UserId(Uuid::from_u128(0xc1e0)));
    let cases = [
        (ana(), true, true, true),
        (bia(), false, true, true),
        (cleo, true, false, true),
        (
            Actor::customer(feira_kernel::UserId(Uuid::from_u128(0xd0a))),
            true,
            true,
            false,
        ),
    ];
    for (who, names_held, goes_on, has_own) in cases {
        let (guest, held) = world.guest().await;
        world.add(&guest, held, 1, 2).await.unwrap();
        let made = held.0;
        world.hold(&guest, held, made).await;
        let mut named = held;
        let mut next = None;
        if goes_on {
            let cart = world.open(&guest).await;
            world.add(&guest, cart, 2, 1).await.unwrap();
            next = Some(cart);
            named = if names_held { held } else { cart };
        }
        let own = if has_own {
            Some(world.open(&who).await)
        } else {
            next
        };
        let mut reports = Vec::new();
        for _ in 0..2 {
            let claimed = world.api.claim(&who, named, token(&guest), None).await;
            let claimed = claimed.unwrap();
            assert_eq!(Some(claimed.cart.id), own);
            assert_eq!(claimed.cart.status, CartStatus::Open);
            reports.push(claimed.report.len());
        }
        assert_eq!(reports, [usize::from(goes_on), 0]);
        let seen = world.api.cart(&who, held).await.unwrap();
        assert_eq!((seen.status, seen.order), (CartStatus::Held, Some(made)));
        let gone = world.api.cart(&guest, held).await;
        assert!(matches!(gone, Err(CartError::NotFound)));

        let released = world.api.release(&order(), held, made).await.unwrap();
        let own = released.unwrap().cart;
        let cart = world.api.cart(&who, own).await.unwrap();
        let expected = [sku(1, 2), sku(2, 1)];
        assert_eq!(units(&cart), expected[..if goes_on { 2 } else { 1 }]);
        let claimed = world.api.claim(&who, held, token(&guest), None).await;
        assert_eq!(
            claimed.unwrap().cart.id,
            own,
            "also after its order has ended"
        );
    }
}
