//! Which items of a store one payout claims.

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use crate::world::World;

#[derive(FromQueryResult)]
struct Claimed {
    amount: Decimal,
}

/// A payout of more items than it can hold pays no more than is there.
#[feira_testkit::test("payments")]
async fn what_takes_from_a_balance_is_claimed_before_what_adds_to_it(world: World) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    let sql = include_str!("../../src/sql/lock_payout_items.sql");
    let first: Vec<Claimed> = db::rows(
        world.env.pool.write(),
        sql,
        values![paid.store(0), "BRL", 1_i64],
    )
    .await
    .unwrap();
    let amounts: Vec<Decimal> = first.iter().map(|one| one.amount).collect();
    assert_eq!(amounts, [Decimal::new(-450, 2)]);
}
