use feira_catalog::{
    StockPolicy,
    testing::{Fixture, ON_HAND, contract},
};
use feira_testkit::TestDb;

use crate::support::World;

#[feira_testkit::test("catalog")]
async fn the_real_one_keeps_the_contract(db: TestDb, world: World) {
    let variants = world.two("Contract", ON_HAND).await;
    let policies = [StockPolicy::Continue, StockPolicy::NotCounted];
    let [sold_on, not_counted] = world.two_of("Policies", ON_HAND, policies).await;
    let runner = world.runner.clone();
    let fixture = Fixture {
        variants,
        sold_on,
        not_counted,
        clock: db.clock().clone(),
        settle: Box::new(move || {
            let runner = runner.clone();
            Box::pin(async move { runner.settle().await.unwrap() })
        }),
    };
    contract(world.api.clone(), fixture).await;
}
