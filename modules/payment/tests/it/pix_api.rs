//! A bank by the central bank's Pix API.

#[path = "pix_api/bank.rs"]
mod bank;
#[path = "pix_api/book.rs"]
mod book;
#[path = "pix_api/disputing.rs"]
mod disputing;
#[path = "pix_api/faults.rs"]
mod faults;
#[path = "pix_api/harness.rs"]
pub(crate) mod harness;
#[path = "pix_api/reaching.rs"]
mod reaching;
#[path = "pix_api/registering.rs"]
mod registering;
#[path = "pix_api/telling.rs"]
mod telling;
#[path = "pix_api/tls.rs"]
mod tls;

use feira_payment::{
    Method, NextAction, Payment,
    br_code::{BrCode, Merchant},
};
use feira_testkit::TestDb;

use crate::world::{Paid, World};
use bank::{Bank, Ways};

async fn at_bank(db: &TestDb, ways: Ways) -> (World, Bank) {
    let bank = Bank::start(ways, db.clock().clock()).await;
    (World::at(db, vec![bank.provider()]).await, bank)
}

/// By which the bank has the payment's charge.
fn txid(payment: &Payment) -> String {
    payment.id.0.simple().to_string()
}

/// Where the payer's bank looks.
fn location(payment: &Payment) -> Option<String> {
    let NextAction::PixCode { br_code, .. } = &payment.next_action else {
        return None;
    };
    match BrCode::parse(br_code).unwrap().merchant {
        Merchant::Dynamic { url } => Some(url),
        Merchant::Static { .. } => None,
    }
}

async fn started(world: &World, amount: i64) -> Paid {
    let start = world.asked(Method::Pix {}, amount);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

/// The payer pays, and the bank tells it.
async fn paid(world: &World, bank: &Bank, amount: i64) -> Paid {
    let paid = started(world, amount).await;
    bank.pay(&txid(&paid.payment));
    heard(world, bank).await;
    paid
}

/// What the bank has told is heard.
async fn heard(world: &World, bank: &Bank) {
    for told in bank.notifications() {
        world.notify(told).await;
    }
}
