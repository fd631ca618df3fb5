//! Whatever is done with money, in any order, by one to five stores, in two currencies and at two providers: after each step
//! the books balance, and the invariants of `feira check` hold. The seed is printed, and replays.

#[path = "any_order/abroad.rs"]
mod abroad;
#[path = "any_order/action.rs"]
mod action;
#[path = "any_order/disputing.rs"]
mod disputing;
#[path = "any_order/invoicing.rs"]
mod invoicing;
#[path = "any_order/paying_stores.rs"]
mod paying_stores;
#[path = "any_order/returning.rs"]
mod returning;
#[path = "any_order/shop.rs"]
mod shop;
#[path = "any_order/transferring.rs"]
mod transferring;

use feira_payment::testing;
use feira_testkit::{TestDb, violations};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::world::operator;
use action::Action;
use shop::Market;

/// How many steps one sequence has, and after how many of them the invariants are asked, which is dearer
/// than the books.
const STEPS: usize = 25;
const ASKED_EVERY: usize = 8;

/// To replay a failure: the seed that it printed.
const REPLAYED: Option<u128> = None;

#[expect(clippy::print_stdout, reason = "shown when the test fails")]
async fn sequences(db: TestDb, cases: usize) {
    let seed = REPLAYED.unwrap_or_else(|| testing::random().as_u128());
    println!("seed {seed}");
    let half = seed.to_le_bytes();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[half, half].concat());
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let market = Market::start(&db).await;
    for case in 0..cases {
        let sequence = (1_usize..=5, vec(Action::any(), STEPS));
        let (stores, steps) = sequence.new_tree(&mut runner).unwrap().current();
        let mut shop = market.with_stores(stores);
        shop.open_accounts().await;
        for (number, action) in steps.iter().enumerate() {
            let what = format!("seed {seed}, case {case}, step {number}, {action:?}");
            println!("{what}");
            shop.does(action).await;
            let books = market.payments().books(&operator()).await.unwrap();
            assert!(books.balanced, "{what}: {books:?}");
            if number % ASKED_EVERY == 0 || number + 1 == STEPS {
                let found = violations(&db.url(), Some("payments")).await;
                assert_eq!(found, [], "{what}");
                shop.is_sound(&what).await;
                shop.is_sent_once(&what).await;
            }
        }
    }
}

#[feira_testkit::test("payments")]
async fn any_actions_in_any_order_keep_the_books(db: TestDb) {
    sequences(db, 40).await;
}

#[feira_testkit::test("payments")]
#[ignore = "minutes: five hundred sequences"]
async fn any_actions_in_any_order_keep_the_books_for_long(db: TestDb) {
    sequences(db, 500).await;
}
