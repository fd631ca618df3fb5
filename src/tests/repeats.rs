//! Every POST of the document with a key, sent again: after the copy of its answer is lost, after
//! its client reset the connection, after the database's answer was lost. There is one effect.

use std::collections::BTreeSet;

use feira_testkit::{Proxy, TestDb};
use serde_json::Value;
use time::Duration;

use crate::{
    refusals::contents::Contents,
    support::{Answer, BY_HAND, Market, Raw, numbered_picture},
};

mod case;
mod disputes;
mod made;
mod refunds;
mod routes;
mod world;

pub(crate) use case::{Body, Case};
pub(crate) use routes::ROUTES;
pub(crate) use world::World;

use routes::another;

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

#[feira_testkit::test]
async fn a_key_whose_answer_was_lost_has_one_effect(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let mut world = World::of(&market).await;
    // Every POST of the document has its case here.
    let document = market.document().await;
    let posts = document["paths"].as_object().expect("paths").iter();
    let posts = posts
        .filter(|(_, item)| !item["post"].is_null() && item["post"]["x-idempotency"] != "none");
    let posts: BTreeSet<&str> = posts.map(|(path, _)| path.as_str()).collect();
    assert_eq!(posts, ROUTES.iter().copied().collect());
    for &route in ROUTES {
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
                Body::Raw("application/pdf", _) => {
                    Body::Raw("application/pdf", b"%PDF-1.7 other".to_vec())
                }
                Body::Raw(kind, _) => Body::Raw(kind, numbered_picture(999)),
            },
        };
        let refused = other.send("a key").await;
        if !matches!(&other.body, Body::Json(Value::Null)) {
            refused.problem(422, "request.idempotency_key_reused");
        }
    }
    market.stop().await;
}

/// What becomes of a request whose client resets its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Its database answers, later.
    Late,
    /// Its database's answer is lost too.
    Lost,
}

/// Sends a case and resets the connection when the server has put so many questions to the database.
/// `false` if it was answered before that.
async fn reset_at(
    market: &Market,
    line: &Proxy,
    case: &Case,
    key: &str,
    (step, fate): (usize, Fate),
) -> bool {
    let held = line.hold_after(step);
    let mut stream = Raw::send_only(market, case.request(key)).await;
    let held = tokio::select! {
        held = held => held.expect("a question"),
        _ = stream.answer() => {
            line.disarm();
            return false;
        }
    };
    drop(stream);
    // The only worker answers this after it was told of the reset.
    market.client().get("/healthz").await.expect(200);
    match fate {
        Fate::Late => held.release(),
        Fate::Lost => held.cut(),
    }
    true
}

/// Resets every so many steps of each route, beginning with this one.
async fn resets(db: &TestDb, fate: Fate, first: usize, stride: usize) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_narrow_with(db, &line, BY_HAND).await;
    let mut world = World::of(&market).await;
    for &route in ROUTES {
        for step in (first..).step_by(stride) {
            world.sign_in().await;
            let case = world.case(route).await;
            let at = format!("{route}, step {step}, {fate:?}");
            let nothing = Contents::of(&market).await;
            let key = format!("key {}", world.count());
            let reached = reset_at(&market, &line, &case, &key, (step, fate)).await;
            if reached {
                repeat(&market, &case, &key, &nothing, &at).await;
            }
            forget_answers(&market).await;
            if !reached {
                assert!(step > first, "{at} is the first and was not reached");
                break;
            }
        }
    }
    market.stop().await;
}

/// The same request again, and once more without the copy of its answer: one effect.
async fn repeat(market: &Market, case: &Case, key: &str, nothing: &Contents, at: &str) {
    let again = case.send(key).await;
    assert!(again.status < 300, "{at}: {} {}", again.status, again.text);
    // A refund of which payment could not be asked, or told, is kept and answered; the job goes on with it.
    if again.json["state"] == "requested" || again.json["state"] == "asked" {
        market.pass(Duration::minutes(1)).await;
    }
    let one = Contents::of(market).await;
    assert!(!effects(nothing, &one).is_empty(), "{at} has no effect");
    forget_answers(market).await;
    let more = case.send(key).await;
    assert_eq!(more.status, again.status, "{at}: {}", more.text);
    let now = Contents::of(market).await;
    let changed = one.changed(&now);
    assert!(changed.is_empty(), "{at}: {changed:?}");
    let used = "SELECT count(*) FROM gateway.idempotency";
    assert_eq!(market.count(used).await, 1, "{at}");
}

#[feira_testkit::test]
async fn a_client_that_is_cut_off_repeats_it_to_one_effect(db: TestDb) {
    resets(&db, Fate::Late, 0, 6).await;
}

#[feira_testkit::test]
async fn a_client_whose_server_lost_an_answer_repeats_it_to_one_effect(db: TestDb) {
    resets(&db, Fate::Lost, 1, 6).await;
}

/// `.ci/long` runs these.
#[feira_testkit::test]
#[ignore = "some minutes: every step of every route"]
async fn a_client_that_is_cut_off_at_any_step_repeats_it_to_one_effect(db: TestDb) {
    resets(&db, Fate::Late, 0, 1).await;
}

#[feira_testkit::test]
#[ignore = "some minutes: every step of every route"]
async fn a_client_whose_server_lost_any_answer_repeats_it_to_one_effect(db: TestDb) {
    resets(&db, Fate::Lost, 0, 1).await;
}
