//! What is kept of what was asked and answered.

use std::collections::BTreeMap;

use feira_kernel::{db, values};
use feira_payment::{Method, PaymentId, PaymentStatus as S, testing::card};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::{TOKEN, heard, started, status, world};
use crate::{
    stub::Instead,
    world::{World, operator},
};

const PERSON: &[&str] = &[
    "maria@example.com",
    "Maria da Silva",
    "12345678909",
    "+5581999990000",
    "Rua das Flores",
    "4111111111111111",
    "TEST-token-of-maria",
];

/// All that is kept, of whatever payment.
async fn kept(world: &World) -> Vec<String> {
    let all: Option<Vec<String>> = db::scalar(
        world.env.pool.read(),
        "SELECT coalesce(array_agg(request || ' ' || response ORDER BY at, transaction_id), '{}') FROM exchange_texts",
        values![],
    )
    .await
    .unwrap();
    all.unwrap_or_default()
}

/// The exchanges of a payment, and whether what was said in them is kept.
async fn exchanges(world: &World, id: PaymentId) -> Vec<(String, Option<(String, String)>)> {
    let all = world.payments.exchanges(&operator(), id).await.unwrap();
    let said = |texts: feira_payment::ExchangeTexts| (texts.request, texts.response);
    let all = all.into_iter();
    all.map(|one| (one.outcome, one.texts.map(said))).collect()
}

#[feira_testkit::test("payments")]
async fn nothing_of_a_person_and_no_secret_is_kept(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let person = json!({
        "id": "TEST-token-of-maria", "email": "maria@example.com", "first_name": "Maria da Silva",
        "identification": {"type": "CPF", "number": "12345678909"}, "phone": {"number": "+5581999990000"},
        "address": {"street_name": "Rua das Flores"}
    });
    let planted = [
        ("payer", person.clone()),
        ("additional_info", json!({"payer": person})),
        (
            "card",
            json!({"id": "TEST-token-of-maria", "first_six_digits": "411111", "cardholder": person}),
        ),
        ("status_detail", json!("4111111111111111")),
        ("description", json!("Maria da Silva")),
        ("access_token", json!("TEST-token-of-maria")),
    ];
    for (place, value) in planted {
        stub.next("POST payments", Instead::Change(place, value));
        started(&world, 1990).await;
    }
    assert_eq!(stub.left(), 0);
    let kept = kept(&world).await;
    assert_eq!(kept.len(), 6, "one of each payment");
    for text in kept {
        assert!(text.contains("POST /v1/payments"), "{text}");
        assert!(text.contains(r#""status":"pending""#), "{text}");
        // What was sent with it.
        for secret in PERSON.iter().chain(&[TOKEN, "payer@shop.example"]) {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[feira_testkit::test("payments")]
async fn each_exchange_has_what_was_said_until_it_is_erased(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = started(&world, 1990).await;
    let id = paid.payment.id;
    let charge = stub.book(|book| book.id(id));
    let now = stub.clock.now();
    stub.book(|book| book.set(&charge, "approved", now));
    heard(&world, &stub).await;
    assert_eq!(status(&world, &paid.payment).await.0, S::Completed);
    world.refund(paid.refund(&[(0, 1990)])).await.unwrap();
    let declined = world.started(card("tok_declined"), 500).await;
    assert_eq!(declined.status, S::Failed);

    // Of one moment they are in any order.
    let all: BTreeMap<_, _> = exchanges(&world, id).await.into_iter().collect();
    let [made, looked, given_back] =
        ["waiting", "captured", "completed"].map(|outcome| all[outcome].clone().unwrap());
    assert_eq!(all.len(), 3);
    assert!(made.0.starts_with("POST /v1/payments {"), "{made:?}");
    assert!(made.1.starts_with("201 {"), "{made:?}");
    assert!(looked.0.starts_with("GET /v1/payments/…"), "{looked:?}");
    assert!(looked.1.contains(r#""status":"approved""#), "{looked:?}");
    assert!(
        given_back.0.contains("POST /v1/payments/…/refunds"),
        "{given_back:?}"
    );
    let (_, why) = exchanges(&world, declined.id).await.remove(0);
    assert!(why.unwrap().1.contains(r#""status":"rejected""#));

    // Not a day before.
    world.after(Duration::days(90) - Duration::hours(1)).await;
    let count = kept(&world).await.len();
    assert!(count >= 4, "{count}");
    world.after(Duration::hours(2)).await;
    assert_eq!(kept(&world).await, Vec::<String>::new());
    let all = exchanges(&world, id).await;
    assert_eq!(all.len(), 3, "the exchanges stay");
    assert!(all.iter().all(|(_, said)| said.is_none()));
}

#[feira_testkit::test("payments")]
async fn what_nobody_answered_is_kept_as_that(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    stub.next("POST payments", crate::stub::Fault::StallAfter);
    let paid = world.started(Method::Pix {}, 1990).await;
    let (_, said) = exchanges(&world, paid.id).await.remove(0);
    let (request, response) = said.unwrap();
    assert!(request.contains("POST /v1/payments"), "{request}");
    assert!(response.ends_with('-'), "{response}");
}
