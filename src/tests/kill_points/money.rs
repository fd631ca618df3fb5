//! Killed where only a payment that is waited for comes by.

use crate::{
    buyer::{Buyer, Outcome, Placed},
    server::{DataDir, Server},
    waits,
};

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

/// The provider's notification is stored, and nothing more.
fn killed_when_notified(data: &DataDir) -> Placed {
    let server = Server::start(data, Some("payment.notified"));
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
    let steps = feira_order::FAILPOINTS
        .iter()
        .copied()
        .filter(|point| waits(point));
    let mut orders: Vec<String> = steps
        .map(|point| killed_while_waiting(&data, point).order)
        .collect();
    assert_eq!(orders.len(), 2);
    orders.push(killed_when_notified(&data).order);
    data.verify(&orders);
}
