//! Mediations and chargebacks: what is asked back is kept back until it is decided.

use feira_payment::{Account, DisputeState, Payment, PaymentStatus as S};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{
    Stub,
    book::{MercadoPago, decimal, numbers},
    heard, world,
};
use crate::{
    disputes::{balanced, disputes},
    reconciling::booked,
    stub::{Answer, Fault},
    world::{World, operator},
};

impl MercadoPago {
    pub(super) fn chargebacks(&self, query: &str) -> Answer {
        let (of, limit) = query.split_once('&').unwrap();
        let of = of.strip_prefix("payment_id=").unwrap();
        assert_eq!(limit, "limit=20");
        let named = |one: &&Value| numbers(&one["payment_id"], of);
        let results: Vec<&Value> = self.chargebacks.iter().filter(named).collect();
        let paging = json!({"total": results.len(), "limit": 20, "offset": 0});
        (200, json!({"paging": paging, "results": results}))
    }

    /// The payer's bank asks it back, or decides.
    pub(super) fn charge_back(&mut self, id: &str, status: &str) {
        let payment = self.payment(id).clone();
        let known = self
            .chargebacks
            .iter_mut()
            .find(|one| one["payment_id"] == payment["id"]);
        match known {
            Some(known) => known["status"] = json!(status),
            None => {
                let number = self.chargebacks.len() + 1;
                self.chargebacks.push(json!({
                    "id": format!("cb-{number}"), "payment_id": payment["id"], "status": status,
                    "amount": payment["transaction_amount"], "currency_id": "BRL",
                    "reason_id": "4853", "date_created": "2026-03-02T12:00:00.000Z",
                }));
            }
        }
    }
}

/// It is charged back, which is told, and decided so.
pub(super) async fn disputed(world: &World, stub: &Stub, payment: &Payment, end: &str) {
    for status in ["new", end] {
        let now = world.env.now();
        stub.book(|book| {
            let id = book.id(payment.id);
            book.charge_back(&id, status);
            let there = if status == "won" {
                "approved"
            } else {
                "charged_back"
            };
            book.set(&id, there, now);
        });
        heard(world, stub).await;
    }
}

async fn told(world: &World, stub: &Stub, id: &str, status: &str) {
    let now = world.env.now();
    stub.book(|book| book.set(id, status, now));
    heard(world, stub).await;
}

async fn state(world: &World, provider_id: &str) -> DisputeState {
    let all = disputes(world).await;
    let found = all.iter().find(|one| one.provider_id == provider_id);
    found.expect("it was told").state
}

#[feira_testkit::test("payments")]
async fn a_mediation_keeps_the_money_back_until_it_is_over(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (end, status) in [("approved", S::Completed), ("refunded", S::Refunded)] {
        let paid = world.captured(&[700]).await;
        let id = stub.book(|book| book.id(paid.payment.id));
        told(&world, &stub, &id, "in_mediation").await;
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
        balanced(&world).await;
        // Told once more, nothing changes.
        told(&world, &stub, &id, "in_mediation").await;
        told(&world, &stub, &id, end).await;
        assert_eq!(world.payment(paid.payment.id).await.status, status, "{end}");
        balanced(&world).await;
    }
    assert_eq!(disputes(&world).await.len(), 2);
    assert_eq!(world.count("payment_logs").await, 0);
}

#[feira_testkit::test("payments")]
async fn a_chargeback_is_kept_back_answered_by_a_person_and_decided(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (end, status, left) in [("won", S::Completed, 630), ("lost", S::Refunded, 0)] {
        let paid = world.captured(&[700]).await;
        let id = stub.book(|book| {
            let id = book.id(paid.payment.id);
            book.charge_back(&id, "new");
            id
        });
        told(&world, &stub, &id, "charged_back").await;
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        let open = disputes(&world).await;
        let open = open.iter().find(|one| one.payment == paid.payment.id);
        let open = open.unwrap().id;
        // Its library takes no evidence: a person gave it there.
        let sent = world.payments.send_evidence(&operator(), open, None).await;
        assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
        stub.book(|book| book.charge_back(&id, "in_review"));
        told(&world, &stub, &id, "charged_back").await;
        stub.book(|book| book.charge_back(&id, end));
        // Nobody tells of it.
        world.after(Duration::hours(1)).await;
        assert_eq!(world.payment(paid.payment.id).await.status, status, "{end}");
        assert_eq!(world.balance(paid.store(0)).await[0], left);
        balanced(&world).await;
    }
}

#[feira_testkit::test("payments")]
async fn a_mediation_that_becomes_a_chargeback_keeps_the_money_back_once(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = world.captured(&[700]).await;
    let id = stub.book(|book| book.id(paid.payment.id));
    told(&world, &stub, &id, "in_mediation").await;
    // The chargeback is not listed yet: the mediation goes on.
    told(&world, &stub, &id, "charged_back").await;
    let mediation = format!("mediation-{id}");
    assert_eq!(state(&world, &mediation).await, DisputeState::Opened);
    stub.book(|book| book.charge_back(&id, "new"));
    stub.next("GET chargebacks", Fault::Before(503));
    world.after(Duration::hours(1)).await;
    world.after(Duration::hours(1)).await;
    assert_eq!(state(&world, &mediation).await, DisputeState::Won);
    assert_eq!(state(&world, "cb-1").await, DisputeState::Opened);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;
}

/// What Mercado Pago has of all payments, in cents: what was taken less what went back.
fn had_there(book: &MercadoPago) -> i64 {
    let left = book.payments.iter().map(|one| {
        let left =
            decimal(&one["transaction_amount"]) - decimal(&one["transaction_amount_refunded"]);
        i64::try_from(left * rust_decimal::Decimal::ONE_HUNDRED).unwrap()
    });
    left.sum()
}

/// What a refund that runs when the mediation begins becomes, if one does; of which how much is kept back before and
/// after it ends.
type Beside = (Option<&'static str>, i64, [i64; 2]);

#[feira_testkit::test("payments")]
async fn a_mediation_takes_what_has_not_gone_back_otherwise_and_no_more(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let besides: [Beside; 4] = [
        (None, 4000, [6000, 6000]),
        (Some("approved"), 10_000, [0, 0]),
        (Some("approved"), 4000, [6000, 6000]),
        (Some("rejected"), 10_000, [0, 10_000]),
    ];
    for (runs, amount, held) in besides {
        let paid = world.captured(&[10_000]).await;
        let id = stub.book(|book| book.id(paid.payment.id));
        stub.book(|book| book.refund_status = runs.map(|_| "in_process"));
        world.refund(paid.refund(&[(0, amount)])).await.unwrap();
        told(&world, &stub, &id, "in_mediation").await;
        let what = format!("{runs:?} {amount}");
        assert_eq!(disputes(&world).await[0].held.minor(), held[0], "{what}");
        if let Some(end) = runs {
            stub.book(|book| {
                let whole = book.payment(&id)["transaction_amount"].clone();
                let gone = if end == "approved" {
                    json!(amount / 100)
                } else {
                    json!(0)
                };
                book.refunds.last_mut().unwrap()["status"] = json!(end);
                book.payment(&id)["transaction_amount_refunded"] = gone;
                assert_eq!(decimal(&whole), 100.into());
            });
            world.after(Duration::hours(2)).await;
        }
        assert_eq!(disputes(&world).await[0].held.minor(), held[1], "{what}");
        balanced(&world).await;
        // It gives the payer all that it has of it.
        stub.book(|book| {
            let whole = book.payment(&id)["transaction_amount"].clone();
            book.payment(&id)["transaction_amount_refunded"] = whole;
        });
        told(&world, &stub, &id, "refunded").await;
        let lost = disputes(&world).await.remove(0);
        assert_eq!(
            (lost.state, lost.held.minor()),
            (DisputeState::Lost, held[1]),
            "{what}"
        );
        assert_eq!(
            world.payment(paid.payment.id).await.status,
            S::Refunded,
            "{what}"
        );
        assert_eq!(booked(&world, Account::WriteOffs).await, 0, "{what}");
        let there = stub.book(|book| had_there(book));
        assert_eq!(
            booked(&world, Account::ProviderClearing).await,
            there,
            "{what}"
        );
        balanced(&world).await;
        world.db.clock().advance(Duration::minutes(1));
    }
    assert_eq!(world.count("payment_logs").await, 0);
}
