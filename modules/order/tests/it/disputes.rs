//! What disputes take of an order's money, and what an appeal gives back.

use feira_order::{RefundOf, Settlement};

use crate::support::{World, brl};

/// Told in any order, and again: what is gone is asked of payment.
#[feira_testkit::test("orders")]
async fn what_a_dispute_took_settles_a_part_until_it_is_won_on_appeal(world: World) {
    use Settlement::{Paid, PartiallyRefunded, Refunded};
    let order = world.paid().await;
    let serra = World::part(&order, &world.serra);
    let part = feira_payment::PartReference::new(serra.0);
    let payment = order.payment.clone().unwrap().id;
    let settlement = async || {
        let order = world.order(order.id).await;
        let mut parts = order.store_orders.iter();
        parts.find(|one| one.id == serra).unwrap().settlement
    };
    let some = world.payments.loses(payment, part, brl(1000));
    world.hear(some.clone()).await;
    assert_eq!(settlement().await, PartiallyRefunded);
    let lost = world.payments.loses(payment, part, brl(5990));
    world.hear(lost.clone()).await;
    assert_eq!(settlement().await, Refunded);
    world.hear(some).await;
    assert_eq!(settlement().await, Refunded);
    let left = world.give(RefundOf::StoreOrder(serra), None).await;
    assert!(left.is_err(), "{left:?}");

    let won = world.payments.loses(payment, part, brl(0));
    assert!(won.won);
    for told in [won, lost] {
        world.hear(told).await;
        assert_eq!(settlement().await, Paid);
    }
    assert_eq!(world.count("store_orders WHERE lost <> 0").await, 0);
    let given = world.give(RefundOf::StoreOrder(serra), None).await.unwrap();
    assert_eq!(given.amount, brl(5990));
    assert_eq!(settlement().await, Refunded);
}
