//! What only a command answers, and what must have happened before lists have something to show.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::{Kept, answered};
use crate::{
    repeats::{ROUTES, World},
    support::PASSWORD,
};

/// Sends a request of each route that answers what no GET does.
pub(super) async fn keep(world: &mut World<'_>, kept: &mut Kept, mut seen: BTreeSet<String>) {
    for &route in ROUTES {
        let Some((_, schema)) = answered(kept.operation("post", route)) else {
            continue;
        };
        if seen.insert(schema.to_string()) {
            world.sign_in().await;
            let case = world.case(route).await;
            let answer = case.send("an example").await;
            kept.keep(("post", route), &answer);
        }
    }
    let login = json!({"email": world.a.email, "password": PASSWORD, "audience": "seller"});
    let route = "/api/v1/auth/login";
    let answer = world.market.client().post(route, login).await;
    kept.keep(("post", route), &answer);
    let route = "/api/v1/seller/provider-accounts";
    let opening = json!({"provider": "sandbox"});
    let answer = world.a.client.post(route, opening).await;
    kept.keep(("post", route), &answer);
    let route = "/api/v1/admin/ledger/reconciliations";
    let at = world.market.clock().now();
    let at = at.format(&Rfc3339).expect("a time");
    let report = format!("date,id,amount,currency,kind\n{at},pi_1,19.90,BRL,charge\n");
    let path = format!("{route}?provider=sandbox");
    let file = world.operator.request(Method::POST, &path);
    let file = file.header("content-type", "text/csv").body(report);
    let answer = world.operator.send(file).await;
    kept.keep(("post", route), &answer);
}

/// What providers tell seldom: a charge that is not as it was, and what is in a store's account there.
pub(super) async fn told(world: &World<'_>) {
    let alarm = "INSERT INTO payments.payment_logs (id, payment_id, message, at) \
                 SELECT gen_random_uuid(), id, 'charge ch_1 is of 60.00 instead of 64.90', now() \
                 FROM payments.payments LIMIT 1 RETURNING 1 AS made";
    let account = format!(
        "INSERT INTO payments.split_accounts (id, store_id, provider, account, balance, currency) \
         VALUES (gen_random_uuid(), '{}', 'woovi', 'loja@feira.example', 12.5, 'BRL') RETURNING 1 AS made",
        world.a.store
    );
    for made in [alarm, &account] {
        assert_eq!(world.market.rows(made).await[0]["made"], 1);
    }
}

/// What must be said of what is asked for.
const ASKED: &[(&str, &str)] = &[
    ("/api/v1/admin/events", "module=order"),
    (
        "/api/v1/admin/ledger/entries",
        "account=seller_payable&currency=BRL",
    ),
    (
        "/api/v1/admin/ledger/export",
        "account=seller_payable&currency=BRL&from=2026-01-01T00:00:00Z&until=2026-12-31T00:00:00Z",
    ),
    (
        "/api/v1/admin/ledger/months",
        "account=seller_payable&currency=BRL",
    ),
];

/// The query of what is there, of a list as long as it may be.
pub(super) fn query(path: &str, operation: &Value) -> String {
    let mut asked = ASKED.iter();
    let asked = asked.find(|(of, _)| *of == path);
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let limit = parameters
        .any(|p| p["name"] == "limit")
        .then_some("limit=100");
    let parts = asked.map(|(_, query)| *query).into_iter().chain(limit);
    parts.collect::<Vec<_>>().join("&")
}
