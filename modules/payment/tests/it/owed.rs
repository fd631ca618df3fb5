//! What a store owes is one figure, whoever reads it.

use feira_kernel::{PageRequest, StoreId};
use feira_payment::{NewInvoice, testing};
use serde_json::json;
use time::Duration;

use crate::{
    disputes::told,
    world::{World, operator, seller},
};

/// As the store reads it, as it is billed, and as operators' list has it.
async fn figures(world: &World, store: StoreId) -> [i128; 3] {
    let own = world.payments.balance(&seller(store), None).await.unwrap();
    let debts = world
        .payments
        .debts(&operator(), PageRequest::default())
        .await
        .unwrap();
    let listed = debts.items.iter().find(|debt| debt.store == store);
    let listed = listed.map_or(0, |debt| debt.owed.minor());
    [own[0].owed.minor(), own[0].billed.minor(), listed]
}

#[feira_testkit::test("payments")]
async fn what_may_come_back_is_not_owed_on_any_page(world: World) {
    let paid = world.captured(&[2000]).await;
    let store = paid.store(0);
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    told(&world, &paid, "dp_1", json!({"amount": 500})).await;
    // The dispute holds all of what is payable below nothing.
    assert_eq!(world.balance(store).await[1], -450);
    assert_eq!(figures(&world, store).await, [0, 0, 0]);
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(store).await[1], -1350);
    assert_eq!(figures(&world, store).await, [900, 0, 900]);
    told(
        &world,
        &paid,
        "dp_1",
        json!({"amount": 500, "status": "lost"}),
    )
    .await;
    assert_eq!(figures(&world, store).await, [1350, 0, 1350]);

    let due = world.env.now() + Duration::days(10);
    let invoice = NewInvoice {
        store,
        amount: testing::brl(400),
        due_on: due.date().to_string(),
        note: "Refunds of March".to_owned(),
    };
    world
        .payments
        .invoice_debt(&operator(), invoice, None)
        .await
        .unwrap();
    assert_eq!(figures(&world, store).await, [1350, 400, 1350]);
}
