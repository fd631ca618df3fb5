//! The one statement that confirms an order, where its fence holds it back.

use feira_order::{OrderStatus, Settlement, StoreOrder};
use feira_payment::Method;
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::support::{World, person};

#[feira_testkit::test("orders")]
async fn an_order_is_confirmed_whole_or_not_at_all(db: TestDb, world: World) {
    let placed = world.buy(&person(), Method::Pix {}).await;
    let (id, cart) = (placed.order.id, placed.order.cart);
    let owner = db.owner().await;
    let first = |to: &str| {
        format!(
            "UPDATE orders.store_orders SET fulfilment = '{to}' WHERE order_id = '{id}' AND position = 1"
        )
    };
    owner.execute_unprepared(&first("accepted")).await.unwrap();
    let rows = world.count("order_status_history").await;

    world.capture(id).await;
    let order = world.order(id).await;
    assert_eq!(order.status, OrderStatus::Pending);
    let unpaid = |part: &StoreOrder| part.settlement == Settlement::Unpaid;
    assert!(order.store_orders.iter().all(unpaid));
    assert_eq!(world.events(id, "order.confirmed.v1").await, 0);
    assert_eq!(world.count("order_status_history").await, rows);
    assert_eq!(world.count("checkouts WHERE state = 'awaiting'").await, 1);

    owner.execute_unprepared(&first("pending")).await.unwrap();
    world.settle_after(Duration::minutes(1)).await;
    world.assert_confirmed(id, cart).await;
}
