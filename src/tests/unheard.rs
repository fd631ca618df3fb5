//! An event that nobody hears is not handed out: there is no row of a delivery for it.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::json;

use crate::support::{Market, card, fill_cart, two_sellers};

/// Of each event of the table in `modules/README.md` whether somebody hears it.
fn heard() -> BTreeMap<String, bool> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("modules/README.md");
    let text = fs::read_to_string(path).expect("a text file");
    let (_, table) = text
        .split_once("| event | published when | heard by |")
        .expect("the table");
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        (cells[1].trim_matches('`').to_owned(), cells[3] != "nobody")
    };
    rows.map(row).collect()
}

#[feira_testkit::test]
async fn what_nobody_hears_is_handed_out_to_nobody(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let placed = guest
        .check_out("unheard", &cart, card("tok_approved"))
        .await
        .expect(201);
    market.settle().await;
    let part = placed.str("/order/store_orders/0/id");
    let store = placed.str("/order/store_orders/0/store_id");
    let seller = if a.store == store { &a } else { &b };
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    market.settle().await;

    let (heard, nothing) = (heard(), json!(0));
    let mut unheard = Vec::new();
    for schema in feira_migrations::schemas() {
        let published = format!(
            "SELECT e.name, count(DISTINCT d.event_id)::bigint AS delivered, count(DISTINCT e.id)::bigint AS events, \
                    bool_and(e.fanned_out_at IS NOT NULL) AS seen \
             FROM {schema}.outbox_event e LEFT JOIN {schema}.outbox_delivery d ON d.event_id = e.id GROUP BY e.name"
        );
        for row in market.rows(&published).await {
            let name = row["name"].as_str().unwrap();
            let (name, _) = name.rsplit_once(".v").expect("its version");
            let expected = match heard
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not in the table"))
            {
                true => &row["events"],
                false => &nothing,
            };
            assert_eq!(&row["delivered"], expected, "{name}");
            assert_eq!(row["seen"], true, "{name} waits for the relay");
            if !heard[name] {
                unheard.push(name.to_owned());
            }
        }
    }
    unheard.sort();
    let expected = [
        "cart.completed",
        "order.placed",
        "order.store_order_delivered",
    ];
    assert_eq!(unheard, expected);
}
