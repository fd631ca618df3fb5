//! Killed where only a payment that is waited for comes by.

use crate::{
    buyer::{Buyer, Outcome, Placed},
    points::of_batch,
    server::{DataDir, Server},
    waits,
};

/// The provider's notification is stored, and nothing more.
const NOTIFIED: &str = "payment.notified";

/// What a checkout passes that waits for its payment: its steps, and the batch that keeps what the payer needs.
fn waiting() -> Vec<String> {
    let steps = feira_order::FAILPOINTS.iter().copied();
    let steps = steps.filter(|point| waits(point)).map(str::to_owned);
    steps.chain(of_batch("keep_charge")).collect()
}

pub(crate) fn points() -> Vec<String> {
    let mut points = waiting();
    points.push(NOTIFIED.to_owned());
    points
}

/// Checks out by PIX on a server that dies at the point, and again on the next one.
fn killed_while_waiting(data: &DataDir, point: &str) -> Placed {
    let server = Server::start(data, Some(point));
    let buyer = Buyer::with_cart(&server, &format!("kill {point}")).by_pix();
    let first = buyer.check_out(&server);
    assert!(matches!(first, Outcome::Lost), "{point}: {first:?}");
    server.wait_for_its_end();
    let server = Server::start(data, None);
    let placed = buyer.insist(|| Some(server.url.clone()));
    buyer.pay_at_bank(&server, &placed);
    server.settle();
    server.stop();
    placed
}

fn killed_when_notified(data: &DataDir) -> Placed {
    let server = Server::start(data, Some(NOTIFIED));
    let buyer = Buyer::with_cart(&server, "kill payment.notified").by_pix();
    let Outcome::Acknowledged(placed) = buyer.check_out(&server) else {
        panic!("nobody has paid yet");
    };
    buyer.pay_at_bank(&server, &placed);
    server.wait_for_its_end();
    let server = Server::start(data, None);
    server.settle();
    server.stop();
    placed
}

#[test]
fn killed_while_a_payment_is_waited_for() {
    let data = DataDir::with_demo();
    let mut orders: Vec<String> = waiting()
        .iter()
        .map(|point| killed_while_waiting(&data, point).order)
        .collect();
    assert_eq!(orders.len(), 4);
    orders.push(killed_when_notified(&data).order);
    data.verify(&orders);
}
