//! What buyers ask back: it is kept back until it is decided.

use feira_payment::{DisputeState, Payment, PaymentStatus as S};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{
    Stub,
    book::{Paypal, missing},
    heard, paid, world,
};
use crate::{
    disputes::{balanced, disputes},
    stub::Answer,
    world::{World, operator},
};

impl Paypal {
    pub(super) fn capture_of(&self, id: &str) -> Answer {
        let taken = self.orders.iter().find_map(|order| {
            let one = &order["purchase_units"][0]["payments"]["captures"][0];
            (one["id"] == id).then(|| (one.clone(), order["id"].clone()))
        });
        let Some((mut one, order)) = taken else {
            return missing();
        };
        one["supplementary_data"] = json!({"related_ids": {"order_id": order}});
        (200, one)
    }

    /// Briefly.
    pub(super) fn disputes_of(&self, path: &str) -> Answer {
        let (_, query) = path.split_once("?disputed_transaction_id=").unwrap();
        let id = query.strip_suffix("&page_size=20").unwrap();
        let of = |one: &&Value| {
            let mut all = one["transactions"].as_array().unwrap().iter();
            all.any(|of| of["seller_transaction_id"] == id)
        };
        let brief = |one: &Value| json!({"dispute_id": one["dispute_id"], "dispute_state": one["dispute_state"]});
        let items: Vec<Value> = self.disputes.iter().filter(of).map(brief).collect();
        (200, json!({"items": items, "links": [{"rel": "self"}]}))
    }

    pub(super) fn dispute_of(&self, id: &str) -> Answer {
        let found = self.disputes.iter().find(|one| one["dispute_id"] == id);
        found.map_or_else(missing, |one| (200, one.clone()))
    }

    /// How that of an order ends.
    pub(super) fn decide(&mut self, order: &str, outcome: &str) {
        let taken = self.order(order)["purchase_units"][0]["payments"]["captures"][0]["id"].clone();
        let mut all = self.disputes.iter_mut();
        let one = all.find(|one| one["transactions"][0]["seller_transaction_id"] == taken);
        one.unwrap()["dispute_outcome"] = json!({"outcome_code": outcome});
    }

    pub(super) fn dispute(&mut self, order: &str, state: &str) {
        let taken = &self.order(order)["purchase_units"][0]["payments"]["captures"][0];
        let (id, amount) = (taken["id"].clone(), taken["amount"].clone());
        let known = self
            .disputes
            .iter_mut()
            .find(|one| one["transactions"][0]["seller_transaction_id"] == id);
        let one = match known {
            Some(known) => {
                known["dispute_state"] = json!(state);
                known.clone()
            }
            None => {
                let number = self.disputes.len() + 1;
                let one = json!({
                    "dispute_id": format!("PP-D-{number}"), "reason": "UNAUTHORISED",
                    "dispute_state": state, "dispute_amount": amount,
                    "transactions": [{"buyer_transaction_id": "B1", "seller_transaction_id": id}],
                });
                self.disputes.push(one.clone());
                one
            }
        };
        self.tell("CUSTOMER.DISPUTE.UPDATED", one);
    }
}

/// One over all that was taken of these orders, or less.
fn over_several(book: &mut Paypal, payments: [&Payment; 2], value: &str) -> Value {
    let captures = payments.map(|payment| {
        let order = book.id(payment.id);
        book.order(&order)["purchase_units"][0]["payments"]["captures"][0]["id"].clone()
    });
    let of = |id: &Value| json!({"buyer_transaction_id": "B1", "seller_transaction_id": id});
    let number = book.disputes.len() + 1;
    let one = json!({
        "dispute_id": format!("PP-D-{number}"), "reason": "UNAUTHORISED",
        "dispute_state": "REQUIRED_ACTION",
        "dispute_amount": {"currency_code": "BRL", "value": value},
        "transactions": captures.iter().map(of).collect::<Vec<_>>(),
    });
    book.disputes.push(one.clone());
    one
}

#[feira_testkit::test("payments")]
async fn one_over_several_payments_keeps_back_of_each_its_part(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    for (value, parts, outcome) in [
        ("10.00", [700, 300], "RESOLVED_SELLER_FAVOUR"),
        ("10.00", [700, 300], "RESOLVED_BUYER_FAVOUR"),
        ("5.01", [351, 150], "RESOLVED_BUYER_FAVOUR"),
    ] {
        let one = paid(&world, &stub, 700).await;
        let other = paid(&world, &stub, 300).await;
        let both = [&one.payment, &other.payment];
        stub.book(|book| {
            let all = over_several(book, both, value);
            // It names itself alone.
            book.tell(
                "CUSTOMER.DISPUTE.CREATED",
                json!({"dispute_id": all["dispute_id"]}),
            );
        });
        heard(&world, &stub).await;
        for (payment, part) in both.into_iter().zip(parts) {
            let all = disputes(&world).await;
            let kept = all.iter().find(|one| one.payment == payment.id);
            let kept = kept.expect("each has its own");
            assert_eq!(
                [kept.amount.minor(), kept.held.minor()],
                [part; 2],
                "{value}"
            );
            assert_eq!(world.payment(payment.id).await.status, S::Disputed);
        }
        balanced(&world).await;
        stub.book(|book| {
            let last = book.disputes.last_mut().unwrap();
            last["dispute_state"] = json!("RESOLVED");
            last["dispute_outcome"] = json!({"outcome_code": outcome});
            let all = last.clone();
            book.tell("CUSTOMER.DISPUTE.RESOLVED", all);
        });
        heard(&world, &stub).await;
        let lost = outcome == "RESOLVED_BUYER_FAVOUR";
        for (payment, part) in both.into_iter().zip(parts) {
            let now = world.payment(payment.id).await;
            assert_eq!(now.refunded.minor(), if lost { part } else { 0 }, "{value}");
            assert_ne!(now.status, S::Disputed, "{value}");
        }
        balanced(&world).await;
    }
    assert_eq!(world.count("disputes").await, 6);
    assert_eq!(world.count("payment_logs").await, 0);
}

async fn told(world: &World, stub: &Stub, payment: &Payment, state: &str) {
    stub.book(|book| book.dispute(&book.id(payment.id), state));
    heard(world, stub).await;
}

/// It is disputed, and told so.
pub(super) async fn dispute(world: &World, stub: &Stub, payment: &Payment) {
    told(world, stub, payment, "REQUIRED_ACTION").await;
    assert_eq!(world.payment(payment.id).await.status, S::Disputed);
}

/// It is over.
pub(super) async fn ended(world: &World, stub: &Stub, payment: &Payment, outcome: &str) {
    stub.book(|book| book.decide(&book.id(payment.id), outcome));
    told(world, stub, payment, "RESOLVED").await;
}

#[feira_testkit::test("payments")]
async fn what_is_disputed_is_kept_back_answered_by_a_person_and_decided(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    for (outcome, status, left) in [
        ("RESOLVED_SELLER_FAVOUR", S::Completed, 630),
        ("RESOLVED_BUYER_FAVOUR", S::Refunded, 0),
    ] {
        let paid = paid(&world, &stub, 700).await;
        dispute(&world, &stub, &paid.payment).await;
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
        balanced(&world).await;
        let all = disputes(&world).await;
        let open = all.iter().find(|one| one.payment == paid.payment.id);
        let sent = world
            .payments
            .send_evidence(&operator(), open.unwrap().id, None)
            .await;
        assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
        for state in ["UNDER_PAYPAL_REVIEW", "REQUIRED_ACTION"] {
            told(&world, &stub, &paid.payment, state).await;
            assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        }
        // How it ended is not known: somebody must say what the word means.
        ended(&world, &stub, &paid.payment, "TELEPORTED").await;
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        ended(&world, &stub, &paid.payment, outcome).await;
        let now = world.payment(paid.payment.id).await.status;
        assert_eq!(now, status, "{outcome}");
        assert_eq!(world.balance(paid.store(0)).await[0], left);
        balanced(&world).await;
    }
    assert_eq!(world.count("payment_logs").await, 0);
}

#[feira_testkit::test("payments")]
async fn one_that_names_no_transaction_is_looked_up_and_an_end_is_found(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let paid = paid(&world, &stub, 700).await;
    stub.book(|book| {
        book.dispute(&book.id(paid.payment.id), "OPEN_INQUIRIES");
        let brief = json!({"dispute_id": "PP-D-1"});
        book.forget_events();
        book.tell("CUSTOMER.DISPUTE.CREATED", brief);
    });
    heard(&world, &stub).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    assert_eq!(
        stub.calls("GET dispute"),
        2,
        "whose it is, and what is true"
    );
    stub.book(|book| {
        book.disputes[0]["dispute_state"] = json!("RESOLVED");
        book.disputes[0]["dispute_outcome"] = json!({"outcome_code": "RESOLVED_SELLER_FAVOUR"});
    });
    world.after(Duration::hours(1)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    balanced(&world).await;
}

/// The money waits there again: it was taken all the same.
#[feira_testkit::test("payments")]
async fn what_waits_because_it_is_disputed_was_paid(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let paid = paid(&world, &stub, 700).await;
    stub.book(|book| {
        let id = book.id(paid.payment.id);
        let taken = &mut book.order(&id)["purchase_units"][0]["payments"]["captures"][0];
        taken["status"] = json!("PENDING");
        taken["status_details"] = json!({"reason": "CHARGEBACK"});
    });
    dispute(&world, &stub, &paid.payment).await;
    assert_eq!(disputes(&world).await[0].provider_id, "PP-D-1");
}

/// As of a copy there that is behind.
#[feira_testkit::test("payments")]
async fn what_is_older_by_its_clock_changes_nothing(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let paid = paid(&world, &stub, 700).await;
    for (at, value, state, held) in [
        ("2026-03-02T10:00:00.000Z", "7.00", "REQUIRED_ACTION", 700),
        (
            "2026-03-02T12:00:00.000Z",
            "5.00",
            "UNDER_PAYPAL_REVIEW",
            500,
        ),
        ("2026-03-02T11:00:00.000Z", "7.00", "REQUIRED_ACTION", 500),
        ("2026-03-02T13:00:00.000Z", "6.00", "REQUIRED_ACTION", 600),
    ] {
        stub.book(|book| {
            book.dispute(&book.id(paid.payment.id), state);
            let one = &mut book.disputes[0];
            one["update_time"] = json!(at);
            one["dispute_amount"]["value"] = json!(value);
        });
        heard(&world, &stub).await;
        assert_eq!(disputes(&world).await[0].held.minor(), held, "{at}");
        balanced(&world).await;
    }
}
