//! What sellers and operators give back beside a cancel.

use feira_kernel::{IdempotencyKey, Money};
use feira_order::{
    Order, OrderError, OrderId, OrderRefund, OrderRefundState as State, OrderStatus, RefundFailure,
    RefundOf, RefundReason, RefundRequest, Settlement,
};
use feira_payment::{BorneBy, RefundStatus};
use time::Duration;
use tokio::task::JoinSet;

use crate::support::{
    Fault, World, brl, card, code, guest, manager, operator, person, seller, treasurer,
};

fn request(of: RefundOf, amount: Option<i64>) -> RefundRequest {
    RefundRequest {
        of,
        amount: amount.map(brl),
        reason: RefundReason::Damaged,
        note: Some(" A corner is broken. ".to_owned()),
        borne_by: BorneBy::Store,
    }
}

fn key(text: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "refunds".to_owned(),
        key: text.to_owned(),
        fingerprint: String::new(),
    })
}

impl World {
    pub(crate) async fn give(
        &self,
        of: RefundOf,
        amount: Option<i64>,
    ) -> Result<OrderRefund, OrderError> {
        let asked = request(of, amount);
        self.orders.refund(&treasurer(), asked, None).await
    }

    /// A paid order of Serra's part, 59.90, and Mar's, 37.05.
    pub(crate) async fn paid(&self) -> Order {
        self.buy(&person(), card("tok_approved")).await.order
    }

    pub(crate) async fn settlements(&self, id: OrderId) -> Vec<Settlement> {
        let order = self.order(id).await;
        let parts = order.store_orders.iter();
        parts.map(|part| part.settlement).collect()
    }

    /// What payment made under keys of their own, in cents.
    pub(crate) fn made(&self) -> Vec<(RefundStatus, i64)> {
        let all = self.payments.refunded();
        let all = all.iter().map(|one| (one.status, one.amount.minor()));
        all.collect()
    }
}

#[feira_testkit::test("orders")]
async fn an_order_is_given_back_in_parts_until_nothing_is_left(world: World) {
    use Settlement::{Paid, PartiallyRefunded, Refunded};
    let order = world.paid().await;
    let id = order.id;
    let serra = World::part(&order, &world.serra);
    let part = world
        .give(RefundOf::StoreOrder(serra), Some(1000))
        .await
        .unwrap();
    assert_eq!((part.state, part.amount), (State::Completed, brl(1000)));
    assert_eq!(part.note.as_deref(), Some("A corner is broken."));
    assert_eq!(world.settlements(id).await, [PartiallyRefunded, Paid]);

    // Divided by what each has left: 49.90 and 37.05.
    let both = world.give(RefundOf::Order(id), Some(1000)).await.unwrap();
    let shares: Vec<i64> = both.parts.iter().map(|part| part.amount.minor()).collect();
    assert_eq!(shares.iter().sum::<i64>(), 1000);
    assert_eq!(world.settlements(id).await, [PartiallyRefunded; 2]);

    let rest = world.give(RefundOf::StoreOrder(serra), None).await.unwrap();
    assert_eq!(world.settlements(id).await, [Refunded, PartiallyRefunded]);
    let all = world.give(RefundOf::Order(id), None).await.unwrap();
    let sum = [&part, &both, &rest, &all].map(|one| one.amount.minor());
    assert_eq!(sum.iter().sum::<i64>(), 9695);
    let now = world.order(id).await;
    assert_eq!(now.status, OrderStatus::Refunded);
    assert_eq!(now.refunds.len(), 4);
    assert_eq!(world.events(id, "order.refunded.v1").await, 4);
    assert_eq!(
        world.count("audit WHERE action = 'order.refunded'").await,
        4
    );
    let more = world.give(RefundOf::Order(id), Some(1)).await;
    assert!(matches!(more, Err(OrderError::RefundTooLarge { left }) if left.is_zero()));
    assert_eq!(world.payments.refunds().len(), 4, "payment was not asked");

    // What was written is for those who give money back.
    let shown = world.orders.order(&person(), id).await.unwrap();
    assert!(
        shown
            .refunds
            .iter()
            .all(|one| one.note.is_none() && one.actor.is_empty())
    );
    let own = world
        .orders
        .store_order(&seller(world.serra.id), serra)
        .await
        .unwrap();
    let own: i64 = own.refunds.iter().map(|one| one.amount.minor()).sum();
    assert_eq!(own, 5990, "her part only");
}

#[feira_testkit::test("orders")]
async fn of_thirty_two_refunds_of_a_third_at_once_three_fit(world: World) {
    let id = world.paid().await.id;
    let mut all = JoinSet::new();
    for _ in 0..32 {
        let orders = world.orders.clone();
        let asked = request(RefundOf::Order(id), Some(2908));
        all.spawn(async move { orders.refund(&treasurer(), asked, None).await });
    }
    let results = all.join_all().await;
    let done = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(done, 3, "{results:?}");
    for refused in results.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), "order.refund_too_large");
    }
    assert_eq!(world.made(), [(RefundStatus::Completed, 2908); 3]);
    let left = world.give(RefundOf::Order(id), Some(9695)).await;
    assert!(
        matches!(left, Err(OrderError::RefundTooLarge { left }) if left == brl(9695 - 3 * 2908))
    );
    assert_eq!(world.count("refunds").await, 3);
}

#[feira_testkit::test("orders")]
async fn the_same_key_gives_back_once(world: World) {
    let id = world.paid().await.id;
    let by = treasurer();
    let ask = |text: &str| {
        let asked = request(RefundOf::Order(id), Some(500));
        world.orders.refund(&by, asked, key(text))
    };
    let (a, b) = tokio::join!(ask("a"), ask("a"));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.id, b.id);
    assert_eq!(ask("a").await.unwrap().id, a.id);
    assert_ne!(ask("b").await.unwrap().id, a.id);
    assert_eq!(world.made().len(), 2);
}

#[feira_testkit::test("orders")]
async fn what_nobody_has_sent_yet_is_set_aside_and_completed_by_payments_word(world: World) {
    let order = world.paid().await;
    let id = order.id;
    world.payments.hold_next_refund();
    let asked = world.give(RefundOf::Order(id), Some(9000)).await.unwrap();
    assert_eq!(asked.state, State::Asked);
    assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
    let more = world.give(RefundOf::Order(id), Some(696)).await;
    assert!(matches!(more, Err(OrderError::RefundTooLarge { left }) if left == brl(695)));
    // Days pass: it is looked at, and asked for once.
    for _ in 0..5 {
        world.settle_after(Duration::days(1)).await;
    }
    assert_eq!(world.made(), [(RefundStatus::Pending, 9000)]);

    let sent = world.payments.finish_refund(asked.id.0);
    world.hear(sent.clone()).await;
    world.hear(sent).await;
    let now = world.order(id).await;
    assert_eq!(now.refunds[0].state, State::Completed);
    assert_eq!(
        world.settlements(id).await,
        [Settlement::PartiallyRefunded; 2]
    );
    assert_eq!(world.events(id, "order.refunded.v1").await, 1);
}

#[feira_testkit::test("orders")]
async fn a_refund_that_comes_back_leaves_the_order_as_it_was(world: World) {
    let order = world.paid().await;
    let id = order.id;
    let serra = World::part(&order, &world.serra);
    let some = world
        .give(RefundOf::StoreOrder(serra), Some(1000))
        .await
        .unwrap();
    let rest = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!(world.settlements(id).await, [Settlement::Refunded; 2]);
    let back = world.payments.send_refund_back(rest.id.0);
    world.hear(back.clone()).await;
    world.hear(back).await;
    let expected = [Settlement::PartiallyRefunded, Settlement::Paid];
    assert_eq!(world.settlements(id).await, expected);
    let now = world.order(id).await;
    let failed = now.refunds.iter().find(|one| one.id == rest.id).unwrap();
    assert_eq!(failed.state, State::Failed);
    assert_eq!(failed.failure, Some(RefundFailure::CameBack));
    let told = now.history.iter();
    let told = told.filter(|h| h.reason.as_deref() == Some("refund_came_back"));
    assert_eq!(
        told.filter(|h| h.store_order.is_some()).count(),
        2,
        "once each"
    );

    let back = world.payments.send_refund_back(some.id.0);
    world.hear(back).await;
    assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
    let anew = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((anew.state, anew.amount), (State::Completed, brl(9695)));
}

#[feira_testkit::test("orders")]
async fn what_the_provider_refuses_gives_nothing_back(world: World) {
    let id = world.paid().await.id;
    world.payments.refuse_next_refund();
    let failed = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!(
        (failed.state, failed.failure),
        (State::Failed, Some(RefundFailure::Refused))
    );
    assert_eq!(world.settlements(id).await, [Settlement::Paid; 2]);
    let again = world.give(RefundOf::Order(id), None).await.unwrap();
    assert_eq!((again.state, again.amount), (State::Completed, brl(9695)));

    let kept = world.paid().await.id;
    world.payments.keep_all();
    let refused = world.give(RefundOf::Order(kept), None).await;
    assert_eq!(code(refused), "order.refund_not_possible");
    assert_eq!(world.count("refunds").await, 2, "nothing was begun");
}

#[feira_testkit::test("orders")]
async fn whichever_call_fails_it_is_made_once(world: World) {
    for when in [Fault::Before, Fault::AnswerLost] {
        let before = world.made().len();
        let id = world.paid().await.id;
        world.faults.break_call(1, when);
        let begun = world.give(RefundOf::Order(id), Some(1000)).await.unwrap();
        assert_eq!(world.faults.calls()[..2], ["preview_refund", "refund"]);
        assert_eq!(begun.state, State::Requested, "{when:?}");
        world.settle_after(Duration::minutes(1)).await;
        let now = world.order(id).await;
        assert_eq!(now.refunds[0].state, State::Completed, "{when:?}");
        assert_eq!(world.made().len(), before + 1, "{when:?}");
    }
    let id = world.paid().await.id;
    world.faults.break_call(0, Fault::Before);
    let nothing = world.give(RefundOf::Order(id), Some(1000)).await;
    assert_eq!(code(nothing), "order.unavailable");
    assert!(world.order(id).await.refunds.is_empty());
}

#[feira_testkit::test("orders")]
async fn a_seller_gives_back_of_her_own_store_what_she_bears(world: World) {
    let order = world.paid().await;
    let [serra, mar] = [&world.serra, &world.mar].map(|store| World::part(&order, store));
    let own = manager(world.serra.id);
    let orders = &world.orders;
    let asked = |of| request(of, Some(100));
    let done = orders
        .refund(&own, asked(RefundOf::StoreOrder(serra)), None)
        .await;
    assert_eq!(done.unwrap().state, State::Completed);
    let foreign = orders
        .refund(&own, asked(RefundOf::StoreOrder(mar)), None)
        .await;
    assert_eq!(code(foreign), "order.not_found");
    let other = world.paid().await.id;
    let elsewhere = world.give(RefundOf::PartOf(other, serra), Some(100)).await;
    assert_eq!(code(elsewhere), "order.not_found");
    let part = world.give(RefundOf::PartOf(order.id, mar), Some(100)).await;
    assert_eq!(part.unwrap().parts[0].store_order, mar);
    let goodwill = RefundRequest {
        borne_by: BorneBy::Marketplace,
        ..asked(RefundOf::StoreOrder(serra))
    };
    let whole = asked(RefundOf::Order(order.id));
    for (who, what) in [
        (own.clone(), goodwill.clone()),
        (own.clone(), whole),
        (seller(world.serra.id), asked(RefundOf::StoreOrder(serra))),
        (operator(), asked(RefundOf::StoreOrder(serra))),
        (person(), asked(RefundOf::StoreOrder(serra))),
        (guest("ana"), asked(RefundOf::StoreOrder(serra))),
    ] {
        let told = orders.preview_refund(&who, what.clone()).await;
        assert_eq!(code(told), "order.forbidden", "{who:?}");
        let refused = orders.refund(&who, what, None).await;
        assert_eq!(code(refused), "order.forbidden", "{who:?}");
    }
    let done = orders.refund(&treasurer(), goodwill, None).await.unwrap();
    assert_eq!(done.borne_by, BorneBy::Marketplace);

    assert!(orders.may_refund(&own).await.unwrap());
    assert!(!orders.may_refund(&seller(world.serra.id)).await.unwrap());
    let closed = world.set(|settings| settings.sellers_refund = false);
    assert!(!closed.may_refund(&own).await.unwrap());
    let refused = closed
        .refund(&own, asked(RefundOf::StoreOrder(serra)), None)
        .await;
    assert_eq!(code(refused), "order.forbidden");
}

#[feira_testkit::test("orders")]
async fn what_is_not_paid_or_ends_just_now_is_not_given_back(world: World) {
    let open = world
        .buy(&person(), feira_payment::Method::Pix {})
        .await
        .order;
    let refused = world.give(RefundOf::Order(open.id), None).await;
    assert_eq!(code(refused), "order.illegal_move");
    let id = world.paid().await.id;
    world
        .orders
        .cancel(&person(), id, String::new(), None)
        .await
        .unwrap();
    let refused = world.give(RefundOf::Order(id), Some(1)).await;
    assert_eq!(code(refused), "order.illegal_move");
    world.settle_after(Duration::seconds(10)).await;
    let refused = world.give(RefundOf::Order(id), Some(1)).await;
    assert_eq!(code(refused), "order.refund_too_large");
    let unknown = OrderId(uuid::Uuid::from_u128(404));
    let unknown = world.give(RefundOf::Order(unknown), Some(1)).await;
    assert_eq!(code(unknown), "order.not_found");
    for amount in [0, -1] {
        let refused = world.give(RefundOf::Order(id), Some(amount)).await;
        assert_eq!(code(refused), "order.invalid");
    }
    let long = RefundRequest {
        note: Some("x".repeat(501)),
        ..request(RefundOf::Order(id), None)
    };
    let refused = world.orders.refund(&treasurer(), long, None).await;
    assert_eq!(code(refused), "order.invalid");
    assert_eq!(world.count("refunds").await, 0);
}

#[feira_testkit::test("orders")]
async fn a_preview_says_who_loses_what_and_writes_nothing(world: World) {
    let order = world.paid().await;
    let asked = request(RefundOf::Order(order.id), Some(5000));
    let told = world
        .orders
        .preview_refund(&treasurer(), asked.clone())
        .await
        .unwrap();
    assert_eq!((told.amount, told.left), (brl(5000), brl(4695)));
    let sides = told.parts.iter().map(|part| {
        let sides = [part.commission, part.earning, part.promotion].map(Money::minor);
        assert_eq!(sides.iter().sum::<i64>(), part.amount.minor());
        assert!(part.promotion.is_zero() && part.earning.is_positive());
        part.amount.minor()
    });
    assert_eq!(sides.sum::<i64>(), 5000);
    assert!(told.parts.iter().any(|part| part.store_name == "Serra"));
    let goodwill = RefundRequest {
        borne_by: BorneBy::Marketplace,
        ..asked
    };
    let told = world
        .orders
        .preview_refund(&treasurer(), goodwill)
        .await
        .unwrap();
    assert!(told.parts.iter().all(|part| part.promotion == part.amount));
    assert_eq!(world.count("refunds").await, 0);
    assert!(world.payments.refunds().is_empty());
}
