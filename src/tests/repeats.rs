//! Every POST of the document with a key, sent again: after the copy of its answer is lost, after
//! its client reset the connection, after the database's answer was lost. There is one effect.

use std::{collections::BTreeSet, time::Duration};

use feira_testkit::{Proxy, run_system};
use serde_json::Value;

use crate::{
    refusals::contents::Contents,
    support::{Answer, Market, Raw, numbered_picture},
};

mod world;

use world::{Body, Case, NOT_HELD, ROUTES, World, another};

/// What has changed since, but for what the work in the background does by itself.
fn effects(before: &Contents, after: &Contents) -> BTreeSet<String> {
    let changed = before.changed(after).into_iter();
    changed
        .filter(|table| !table.ends_with(".idempotency_key"))
        .collect()
}

async fn forget_answers(market: &Market) {
    market
        .rows(
            "WITH gone AS (DELETE FROM gateway.idempotency RETURNING 1) SELECT count(*) FROM gone",
        )
        .await;
}

#[test]
fn a_key_whose_answer_was_lost_has_one_effect() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let mut world = World::of(&market).await;
        // Every POST of the document has its case here.
        let document = market.document().await;
        let posts = document["paths"].as_object().expect("paths").iter();
        let posts = posts
            .filter(|(path, item)| !item["post"].is_null() && !path.starts_with("/api/v1/auth/"));
        let posts: BTreeSet<&str> = posts.map(|(path, _)| path.as_str()).collect();
        assert_eq!(posts, ROUTES.into_iter().collect());
        for route in ROUTES {
            world.sign_in().await;
            let case = world.case(route).await;
            let nothing = Contents::of(&market).await;
            let first = case.send("a key").await;
            assert!(
                first.status < 300,
                "{route}: {} {}",
                first.status,
                first.text
            );
            let one = Contents::of(&market).await;
            assert!(!effects(&nothing, &one).is_empty(), "{route} has no effect");

            let copy = case.send("a key").await;
            assert_eq!(copy.status, first.status, "{route}");
            forget_answers(&market).await;
            let again = case.send("a key").await;
            assert_eq!(again.status, first.status, "{route}: {}", again.text);
            for field in [
                "/id",
                "/order/id",
                "/cart/id",
                "/products_created",
                "/items/0/id",
            ] {
                let of = |answer: &Answer| answer.json.pointer(field).cloned();
                assert_eq!(of(&again), of(&first), "{route}{field}");
            }
            let now = Contents::of(&market).await;
            assert!(
                one.changed(&now).is_empty(),
                "{route}: {:?}",
                one.changed(&now)
            );

            // The module knows what the key was used for, also without the copy.
            forget_answers(&market).await;
            let other = Case {
                path: case.path.clone(),
                client: case.client.clone(),
                body: match &case.body {
                    Body::Json(_) => Body::Json(another(route, &world)),
                    Body::Raw("text/csv", _) => Body::Raw("text/csv", b"Handle\nother\n".to_vec()),
                    Body::Raw(kind, _) => Body::Raw(kind, numbered_picture(999)),
                },
            };
            let refused = other.send("a key").await;
            if !matches!(&other.body, Body::Json(Value::Null)) {
                refused.problem(422, "request.idempotency_key_reused");
            }
        }
        market.stop().await;
    });
}

#[test]
fn a_client_that_is_cut_off_at_any_step_repeats_it_to_one_effect() {
    run_system(|db| async move {
        let line = Proxy::start(&db.url()).await;
        let market = Market::start_narrow(&db, &line).await;
        let mut world = World::of(&market).await;
        for route in ROUTES {
            // What it does: the answer comes late and nobody waits for it, or it never comes.
            for (moment, cut) in [("BEGIN", false), ("COMMIT", false), ("COMMIT", true)] {
                if NOT_HELD.contains(&route) {
                    continue;
                }
                world.sign_in().await;
                let case = world.case(route).await;
                let nothing = Contents::of(&market).await;
                // Of nothing that is waited for on the line.
                let key = format!("key {}", world.count());
                let held = line.hold(moment);
                let stream = Raw::send_only(&market, case.request(&key)).await;
                let held = tokio::time::timeout(Duration::from_secs(30), held).await;
                let held = held.expect(route).expect("a transaction");
                drop(stream);
                // The only worker answers this after it was told of the reset.
                market.client().get("/healthz").await.expect(200);
                match cut {
                    true => held.cut(),
                    false => held.release(),
                }
                let again = case.send(&key).await;
                assert!(
                    again.status < 300,
                    "{route} after {moment}, {cut}: {}",
                    again.text
                );
                let one = Contents::of(&market).await;
                assert!(!effects(&nothing, &one).is_empty(), "{route} has no effect");
                forget_answers(&market).await;
                let more = case.send(&key).await;
                assert_eq!(more.status, again.status, "{route}: {}", more.text);
                let now = Contents::of(&market).await;
                assert!(
                    one.changed(&now).is_empty(),
                    "{route}: {:?}",
                    one.changed(&now)
                );
                let used = "SELECT count(*) FROM gateway.idempotency";
                assert_eq!(market.count(used).await, 1, "{route}");
                forget_answers(&market).await;
            }
        }
        market.stop().await;
    });
}
