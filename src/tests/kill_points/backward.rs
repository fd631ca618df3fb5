//! Killed while an order is cancelled and its stock and money are given back.

use crate::{
    buyer::Buyer,
    server::{DataDir, Server},
    step,
};

/// Steps of an order that is paid, which the buyer cancels.
const PAID: &[&str] = &[
    "checkout.cancel",
    "checkout.restock",
    "checkout.refund",
    "checkout.cancelled",
];

/// Steps that only an order takes which nobody has paid.
const UNPAID: &[&str] = &[
    "checkout.release_stock",
    "checkout.release_cart",
    "checkout.end_payment",
];

/// A refund that is set aside and was not asked for yet; and one that the provider has made,
/// before the books know, which is the second commit of the call.
const REFUND_POINTS: &[&str] = &["payment.refund_reserved", "checkout.refund.before:2"];

/// Whether the step is one of the way back.
pub(crate) fn is(point: &str) -> bool {
    PAID.contains(&step(point)) || UNPAID.contains(&step(point))
}

/// Buys, and cancels on a server that dies at the point; then insists on the cancel.
fn killed_while_cancelling(data: &DataDir, point: &str, pix: bool) -> String {
    let server = Server::start(data, Some(point));
    let mut buyer = Buyer::with_cart(&server, &format!("kill {point}"));
    if pix {
        buyer = buyer.by_pix();
    }
    let placed = buyer.insist(|| Some(server.url.clone()));
    // Cancelled by the request, which gives back what nobody has paid; the rest by the sweeper.
    buyer.cancel(&server, &placed);
    server.wait_for_its_end();
    let server = Server::start(data, None);
    // The sweeper was killed at work, and its lease would be waited for.
    server.rows("UPDATE orders.job SET lease_until = NULL RETURNING id");
    println!("{point}: killed while {} was given back", placed.order);
    buyer.cancel(&server, &placed);
    server.settle();
    server.stop();
    placed.order
}

fn points_of(steps: &[&str], more: &[&'static str]) -> Vec<&'static str> {
    let points = feira_order::FAILPOINTS.iter().copied();
    let points = points.filter(|point| steps.contains(&step(point)));
    points.chain(more.iter().copied()).collect()
}

fn of_paid() -> Vec<&'static str> {
    points_of(PAID, REFUND_POINTS)
}

fn of_unpaid() -> Vec<&'static str> {
    points_of(UNPAID, &[])
}

pub(crate) fn points() -> Vec<&'static str> {
    [of_paid(), of_unpaid()].concat()
}

#[test]
fn killed_while_stock_and_money_are_given_back() {
    let data = DataDir::with_demo();
    let orders = |points: Vec<&str>, pix: bool| -> Vec<String> {
        let points = points.into_iter();
        points
            .map(|point| killed_while_cancelling(&data, point, pix))
            .collect()
    };
    let paid = orders(of_paid(), false);
    let unpaid = orders(of_unpaid(), true);
    assert_eq!((paid.len(), unpaid.len()), (10, 6));
    data.verify_given_back(&paid, &unpaid);
}
