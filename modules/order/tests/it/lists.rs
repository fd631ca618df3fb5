//! Lists: paged by keyset, each person's own.

use feira_kernel::{Cursor, Page, PageRequest};
use feira_order::{
    Fulfilment, OrderFilter, OrderId, OrderStatus, OrderSummary, Settlement, StoreOrderFilter,
};
use feira_payment::Method;
use feira_store::Store;
use feira_testkit::TestDb;
use time::Duration;

use crate::support::{World, card, code, guest, operator, person, seller};

fn ids(page: &Page<OrderSummary>) -> Vec<OrderId> {
    page.items.iter().map(|order| order.id).collect()
}

#[feira_testkit::test("orders")]
async fn a_buyer_and_an_operator_page_through_orders(db: TestDb, world: World) {
    let mut made = Vec::new();
    for n in 0..3 {
        let method = if n == 1 {
            Method::Pix {}
        } else {
            card("tok_approved")
        };
        made.push(world.buy(&person(), method).await.order);
        db.clock().advance(Duration::seconds(1));
    }
    let cart = world.cart_of(&guest("ana"), &[(0, 1)]).await;
    let request = world.request("k", &cart, Method::Pix {});
    let other = world.check_out(&guest("ana"), request).await;
    let other = other.unwrap().order;
    let list = |actor, filter, page| {
        let orders = world.orders.clone();
        async move { orders.orders(&actor, filter, page).await }
    };
    let all = OrderFilter::default;
    let first = list(person(), all(), PageRequest::first(2)).await.unwrap();
    assert_eq!(ids(&first), [made[2].id, made[1].id]);
    let newest = &first.items[0];
    assert_eq!((newest.stores, newest.total), (2, made[2].totals.total));
    let next = PageRequest::new(Some(2), first.next_cursor).unwrap();
    let rest = list(person(), all(), next).await.unwrap();
    assert_eq!(ids(&rest), [made[0].id]);
    assert_eq!(rest.next_cursor, None);

    let everything = list(operator(), all(), PageRequest::default())
        .await
        .unwrap();
    assert_eq!(everything.items.len(), 4);
    assert_eq!(everything.items[0].id, other.id);
    let pending = OrderFilter {
        status: Some(OrderStatus::Pending),
        ..all()
    };
    let pending = list(operator(), pending, PageRequest::default())
        .await
        .unwrap();
    assert_eq!(pending.items.len(), 2);
    let foreign = OrderFilter {
        q: Some(other.number),
        ..all()
    };
    let found = list(person(), foreign, PageRequest::default())
        .await
        .unwrap();
    assert!(found.items.is_empty());
    for actor in [guest("ana"), seller(world.serra.id)] {
        let refused = list(actor, all(), PageRequest::default()).await;
        assert_eq!(code(refused), "order.forbidden");
    }
    let forged = PageRequest::new(None, Some(Cursor("bad".to_owned()))).unwrap();
    assert_eq!(code(list(person(), all(), forged).await), "order.invalid");
}

#[feira_testkit::test("orders")]
async fn a_seller_sees_her_parts_by_state(db: TestDb, world: World) {
    let paid = world.buy(&person(), card("tok_approved")).await.order;
    db.clock().advance(Duration::seconds(1));
    let unpaid = world.buy(&guest("ana"), Method::Pix {}).await.order;
    let list = |filter| {
        let orders = world.orders.clone();
        let actor = seller(world.mar.id);
        async move {
            orders
                .store_orders(&actor, filter, PageRequest::default())
                .await
                .unwrap()
        }
    };
    let all = list(StoreOrderFilter::default()).await;
    let numbers: Vec<_> = all.items.iter().map(|o| o.number.clone()).collect();
    assert_eq!(
        numbers,
        [format!("{}-2", unpaid.number), format!("{}-2", paid.number)]
    );
    assert_eq!(
        (all.items[0].units, all.items[0].recipient.as_str()),
        (3, "Ana Souza")
    );
    let to_ship = StoreOrderFilter {
        fulfilment: Some(Fulfilment::Pending),
        settlement: Some(Settlement::Paid),
        ..Default::default()
    };
    let to_ship = list(to_ship).await;
    assert_eq!(to_ship.items.len(), 1);
    assert_eq!(to_ship.items[0].number, numbers[1]);
}

/// What an operator finds.
async fn operators(world: &World, q: &str) -> Vec<OrderId> {
    let filter = OrderFilter {
        status: None,
        q: Some(q.to_owned()),
        ..Default::default()
    };
    let page = PageRequest::default();
    let found = world.orders.orders(&operator(), filter, page).await;
    ids(&found.unwrap())
}

/// The numbers of the parts that a store finds.
async fn sellers(world: &World, store: &Store, q: &str) -> Vec<String> {
    let filter = StoreOrderFilter {
        q: Some(q.to_owned()),
        ..Default::default()
    };
    let (actor, page) = (seller(store.id), PageRequest::default());
    let found = world.orders.store_orders(&actor, filter, page).await;
    let found = found.unwrap().items.into_iter();
    found.map(|order| order.number).collect()
}

/// Each form of what a buyer quotes finds her order, at the operator's and at the sellers' in it, and
/// nothing of hers is found by anybody else.
#[feira_testkit::test("orders")]
async fn an_order_is_found_by_whatever_its_buyer_quotes(world: World) {
    let ana = world.buy(&person(), card("tok_approved")).await.order;
    let bea = guest("bea");
    let cart = world.cart_of(&bea, &[(2, 1)]).await;
    let mut request = world.request("k", &cart, card("tok_approved"));
    request.shipping_address.recipient = Some("Beatriz D\u{ea} 100%".to_owned());
    request.shipping_address.phone = Some("+55 21 98765-4321".to_owned());
    let of_mar = world.check_out(&bea, request).await.unwrap().order;

    let number = &ana.number;
    for q in [
        number.clone(),
        format!("{number}-1"),
        format!("{number}-2"),
        number.to_lowercase(),
        number.replace('-', ""),
        format!("#{number}"),
        format!("#{}-1", number.to_lowercase().replace('-', "")),
        number.replace('-', "\u{2011}"),
        number.replace('-', " \u{2013} "),
        format!(" # {} ", number.to_lowercase().replace('-', " ")),
        "PERSON1@feira.example".to_owned(),
    ] {
        assert_eq!(operators(&world, &q).await, [ana.id], "{q}");
        assert_eq!(
            sellers(&world, &world.serra, &q).await,
            [format!("{number}-1")],
            "{q}"
        );
        assert_eq!(
            sellers(&world, &world.mar, &q).await,
            [format!("{number}-2")],
            "{q}"
        );
    }
    // By a half of the number, by its beginning, and by what its payment is called.
    let (first, second) = number.split_once('-').unwrap();
    let paid = ana.payment.as_ref().unwrap().id.to_string();
    for q in [
        second.to_lowercase(),
        format!("{first}-{}", &second[..2]),
        paid.clone(),
    ] {
        assert_eq!(operators(&world, &q).await, [ana.id], "{q}");
    }
    assert!(operators(&world, first).await.contains(&ana.id));
    let halves = sellers(&world, &world.serra, second).await;
    assert_eq!(halves, [format!("{number}-1")]);
    // A reference is the operator's.
    assert!(sellers(&world, &world.serra, &paid).await.is_empty());
    for q in [
        "guest@feira.example",
        "beatriz de",
        "bea DÊ",
        "100%",
        "(21) 98765-4321",
    ] {
        assert_eq!(operators(&world, q).await, [of_mar.id], "{q}");
        assert_eq!(
            sellers(&world, &world.mar, q).await,
            [of_mar.store_orders[0].number.clone()],
            "{q}"
        );
        assert!(
            sellers(&world, &world.serra, q).await.is_empty(),
            "{q}: it is not hers"
        );
    }
    for q in [
        "uest@feira.example",
        "guest@feira",
        "6312G-5MMYN",
        "Beatriz%Souza",
        "_",
        // Too short for a name.
        "de",
    ] {
        assert!(operators(&world, q).await.is_empty(), "{q}");
    }
    // Both were placed in the same moment.
    let (mut all, mut both) = (operators(&world, " ").await, [of_mar.id, ana.id]);
    all.sort();
    both.sort();
    assert_eq!(all, both, "nothing is asked");
    assert_eq!(sellers(&world, &world.mar, "").await.len(), 2);
}

#[feira_testkit::test("orders")]
async fn numbers_are_told_to_operators_of_those_that_are_there(world: World) {
    let order = world.buy(&person(), Method::Pix {}).await.order;
    let nobody = OrderId(feira_kernel::Entropy::seeded(7).uuid(order.placed_at));
    let ids = vec![order.id, nobody, order.id];
    let told = world
        .orders
        .numbers(&operator(), ids.clone())
        .await
        .unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.id, one.number.as_str()))
        .collect();
    assert_eq!(told, [(order.id, order.number.as_str())]);
    assert_eq!(
        world.orders.numbers(&operator(), Vec::new()).await.unwrap(),
        []
    );
    let many = world.orders.numbers(&operator(), vec![nobody; 1001]).await;
    assert!(matches!(many, Err(feira_order::OrderError::Invalid(_))));
    for actor in [person(), guest("ana"), seller(world.serra.id)] {
        let refused = world.orders.numbers(&actor, ids.clone()).await;
        assert!(matches!(refused, Err(feira_order::OrderError::Forbidden)));
    }
}
