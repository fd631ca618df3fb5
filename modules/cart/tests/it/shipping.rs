use feira_cart::{ShippingChoice, ShippingSelection};
use feira_kernel::{Currency, ModuleError, StoreId};
use feira_store::{Destination, ShippingMethodId, testing::shipping_option};
use uuid::Uuid;

use crate::support::{World, ana, brl};

const EXPRESS: ShippingMethodId = ShippingMethodId(Uuid::from_u128(0xe));

fn express(world: &World) {
    let standard = shipping_option(world.first, "Standard", 1_500, Currency::BRL);
    let mut express = shipping_option(world.first, "Express", 4_000, Currency::BRL);
    express.method = EXPRESS;
    world
        .stores
        .set_options(world.first, vec![standard, express]);
}

fn select(postal_code: Option<&str>, choices: &[(StoreId, ShippingMethodId)]) -> ShippingSelection {
    ShippingSelection {
        destination: postal_code.map(|code| Destination {
            country: "BR".to_owned(),
            state: Some("SP".to_owned()),
            postal_code: code.to_owned(),
        }),
        choices: choices
            .iter()
            .map(|(store, method)| ShippingChoice {
                store: *store,
                method: *method,
            })
            .collect(),
    }
}

#[feira_testkit::test("carts")]
async fn a_choice_is_kept_until_it_is_no_longer_offered(world: World) {
    express(&world);
    let id = world.open(&ana()).await;
    world.add(&ana(), id, 1, 1).await.unwrap();
    let cheapest = world.add(&ana(), id, 11, 1).await.unwrap();
    assert_eq!(
        cheapest.totals.shipping,
        brl(3_000),
        "the cheapest is chosen at first"
    );
    let choice = select(Some("01310-200"), &[(world.first, EXPRESS)]);
    for version in [4, 5] {
        let cart = world
            .api
            .set_shipping(&ana(), id, choice.clone(), None)
            .await
            .unwrap();
        assert_eq!(cart.totals.shipping, brl(4_000 + 1_500));
        assert_eq!(cart.destination.as_ref().unwrap().postal_code, "01310200");
        assert_eq!(cart.version, version);
        assert_eq!(world.api.cart(&ana(), id).await.unwrap(), cart);
    }
    let other = select(None, &[(world.second, ShippingMethodId(world.second.0))]);
    let cart = world
        .api
        .set_shipping(&ana(), id, other, None)
        .await
        .unwrap();
    assert_eq!(
        cart.totals.shipping,
        brl(5_500),
        "stores that are not named keep their choice"
    );
    assert!(cart.destination.is_some(), "and so does the destination");
    let only = shipping_option(world.first, "Standard", 1_500, Currency::BRL);
    world.stores.set_options(world.first, vec![only]);
    let cart = world.api.cart(&ana(), id).await.unwrap();
    assert_eq!(cart.totals.shipping, brl(3_000));
    let gone = Problem::ShippingGone { store: world.first };
    assert!(gone.blocks());
    assert_eq!(
        cart.problems,
        [gone],
        "nobody pays for what she did not choose"
    );
    let standard = select(None, &[(world.first, ShippingMethodId(world.first.0))]);
    let cart = world.api.set_shipping(&ana(), id, standard, None).await;
    assert_eq!(cart.unwrap().problems, []);
}

#[feira_testkit::test("carts")]
async fn what_is_not_offered_is_named_by_its_place(world: World) {
    let id = world.open(&ana()).await;
    let before = world.add(&ana(), id, 1, 1).await.unwrap();
    let standard = ShippingMethodId(world.first.0);
    let many = vec![(world.first, standard); 101];
    for (wrong, pointer) in [
        (
            select(None, &[(world.first, standard), (world.first, EXPRESS)]),
            "/choices/1/shipping_method_id",
        ),
        (
            select(None, &[(world.second, standard)]),
            "/choices/0/store_id",
        ),
        (select(Some("1"), &[]), "/postal_code"),
        (select(Some("nul\0"), &[]), "/postal_code"),
        (select(None, &many), "/choices"),
    ] {
        let refused = world
            .api
            .set_shipping(&ana(), id, wrong, None)
            .await
            .unwrap_err();
        assert_eq!(refused.fields()[0].pointer, pointer);
    }
    assert_eq!(world.api.cart(&ana(), id).await.unwrap(), before);
}
