//! Killed while the messages of an order are kept, sent and marked: each is there once, and said to be so.

use std::time::{Duration, Instant};

use crate::{
    buyer::Buyer,
    points::of_batch,
    server::{DataDir, Server},
};

pub(crate) fn points() -> Vec<String> {
    let sending = feira_notification::FAILPOINTS.iter().copied();
    let kept = of_batch("write_messages");
    kept.chain(sending.map(str::to_owned)).collect()
}

/// No event waits to be heard, and no message to be sent.
fn wait_until_sent(server: &Server) {
    server.settle();
    let waiting =
        "SELECT count(*) AS left FROM notifications.notifications WHERE status = 'pending'";
    let deadline = Instant::now() + Duration::from_secs(120);
    while server.rows(waiting)[0]["left"] != 0 {
        assert!(Instant::now() < deadline, "a message is stuck");
        std::thread::park_timeout(Duration::from_millis(200));
    }
}

/// Bought on a server that dies at the point, before or after the buyer has her answer.
fn killed_while_telling(data: &DataDir, point: &str) -> String {
    let server = Server::start(data, Some(point));
    let buyer = Buyer::with_cart(&server, &format!("kill {point}"));
    let _ = buyer.check_out(&server);
    server.wait_for_its_end();
    let server = Server::start(data, None);
    let order = buyer.insist(|| Some(server.url.clone())).order;
    println!("{point}: killed while messages of {order} were on their way");
    wait_until_sent(&server);
    server.stop();
    order
}

#[test]
fn killed_while_messages_are_kept_and_sent() {
    let data = DataDir::with_demo();
    // The demo has messages of its own.
    let server = Server::start(&data, None);
    wait_until_sent(&server);
    server.stop();
    let orders: Vec<String> = points()
        .iter()
        .map(|point| killed_while_telling(&data, point))
        .collect();
    data.verify(&orders);
    let told = data.rows(
        "SELECT count(*) AS orders, count(DISTINCT n.id) AS messages, \
                count(*) FILTER (WHERE n.status = 'written') AS written \
         FROM orders.orders o LEFT JOIN notifications.notifications n \
             ON n.recipient = o.email AND n.kind = 'order_confirmed' AND n.params ->> 'order' = o.id::text \
         WHERE o.email = 'guest@test.example'",
    );
    let expected = serde_json::json!({
        "orders": orders.len(), "messages": orders.len(), "written": orders.len(),
    });
    assert_eq!(told[0], expected);
    // By its id each is one file, however often it was sent.
    let written = data.rows(
        "SELECT id::text AS id FROM notifications.notifications \
         WHERE kind = 'order_confirmed' AND recipient = 'guest@test.example'",
    );
    for message in written {
        let id = message["id"].as_str().expect("an id");
        assert!(data.has_mail(id), "{id} was not sent");
    }
}
