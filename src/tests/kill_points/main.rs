//! The server as a child process is killed with SIGKILL, before and after the commit of every
//! step of a checkout and at random moments under load, and started again on the same data.
//! No acknowledged order is lost, none is doubled, and the simulated provider's own record agrees.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; what it did is read"
)]

mod backward;
mod buyer;
mod disputes;
mod disputes_by_hand;
mod legs;
mod messages;
mod money;
mod payouts;
mod people;
mod points;
mod refunds;
mod refunds_by_hand;
mod server;
mod statements;
mod transfers;
mod verify;
mod woovi;
mod woovi_book;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use buyer::{Buyer, Outcome};
use points::of_batch;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use server::{DataDir, Server};

/// How often the server is killed under load.
const RANDOM_KILLS: usize = 10;
const BUYERS: usize = 8;

/// The points of a payment that a checkout by card passes.
const CARD_POINTS: &[&str] = &["payment.inserted", "payment.charged", "payment.applied"];

/// The batches that a checkout by card goes through: its stock is held, it is placed, its payment
/// begins and is captured, the stock is sold, the cart closed, the order confirmed.
const CARD_BATCHES: &[&str] = &[
    "hold",
    "place",
    "begin_payment",
    "move_payment",
    "sell",
    "close_cart",
    "confirm",
];

/// Only what has to be waited for passes this step.
fn waits(point: &str) -> bool {
    point.starts_with("checkout.wait.")
}

/// The point without the word for which side of the commit it is on.
fn step(point: &str) -> &str {
    point.rsplit_once('.').map_or(point, |(step, _)| step)
}

/// The points that a checkout by card passes.
fn forward() -> Vec<String> {
    let steps = feira_order::FAILPOINTS.iter().copied();
    let elsewhere = |point: &&str| waits(point) || backward::is(point) || refunds::is(point);
    let steps = steps.filter(|point| !elsewhere(point));
    let points = steps.chain(CARD_POINTS.iter().copied());
    let batches = CARD_BATCHES.iter().flat_map(|work| of_batch(work));
    points.map(str::to_owned).chain(batches).collect()
}

#[test]
fn killed_before_and_after_the_commit_of_every_step() {
    let data = DataDir::with_demo();
    let mut acknowledged = Vec::new();
    for point in forward() {
        let server = Server::start(&data, Some(&point));
        let buyer = Buyer::with_cart(&server, &format!("kill {point}"));
        let first = buyer.check_out(&server);
        assert!(
            matches!(first, Outcome::Lost),
            "{point} was not passed: {first:?}"
        );
        server.wait_for_its_end();
        let server = Server::start(&data, None);
        let order = buyer.insist(|| Some(server.url.clone())).order;
        println!("{point}: killed, then acknowledged {order}");
        acknowledged.push(order);
        server.settle();
        server.stop();
    }
    data.verify(&acknowledged);
}

#[test]
fn killed_at_random_under_load() {
    let seed = std::process::id().into();
    println!("seed {seed}");
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let data = Arc::new(DataDir::with_demo());
    let url = Arc::new(std::sync::Mutex::new(None::<String>));
    let done = Arc::new(AtomicBool::new(false));
    let mut server = Server::start(&data, None);
    *url.lock().unwrap() = Some(server.url.clone());
    let buyers: Vec<_> = (0..BUYERS)
        .map(|number| {
            let (url, done) = (url.clone(), done.clone());
            std::thread::spawn(move || buy_until_done(number, &url, &done))
        })
        .collect();
    for round in 0..RANDOM_KILLS {
        let moment = Instant::now() + Duration::from_millis(rng.random_range(150..1500));
        std::thread::park_timeout(moment.saturating_duration_since(Instant::now()));
        *url.lock().unwrap() = None;
        server.kill();
        let started = Instant::now();
        server = Server::start(&data, None);
        println!(
            "round {round}: serving again after {} ms",
            started.elapsed().as_millis()
        );
        *url.lock().unwrap() = Some(server.url.clone());
    }
    done.store(true, Ordering::SeqCst);
    let acknowledged: Vec<String> = buyers
        .into_iter()
        .flat_map(|b| b.join().expect("a buyer"))
        .collect();
    assert!(
        acknowledged.len() >= BUYERS,
        "only {} orders were made",
        acknowledged.len()
    );
    println!("{} orders acknowledged", acknowledged.len());
    server.settle();
    server.stop();
    data.verify(&acknowledged);
}

/// Buys again and again; each purchase is repeated with its key until it is acknowledged.
fn buy_until_done(
    number: usize,
    url: &std::sync::Mutex<Option<String>>,
    done: &AtomicBool,
) -> Vec<String> {
    let here = || url.lock().unwrap().clone();
    let mut acknowledged = Vec::new();
    let mut purchase = 0;
    while !done.load(Ordering::SeqCst) {
        purchase += 1;
        let Some(buyer) =
            Buyer::try_with_cart(here, &format!("buyer {number} purchase {purchase}"))
        else {
            continue;
        };
        acknowledged.push(buyer.insist(here).order);
    }
    acknowledged
}
