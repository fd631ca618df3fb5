//! What payers and their banks ask back: it is kept back until it is decided. And what Woovi takes.

use std::fmt::Write;

use feira_payment::{
    Account, DisputeKind, DisputeState, Payment, PaymentStatus as S, ReportFormat,
};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use super::{Stub, book::Woovi, heard, paid, signing::webhook, world};
use crate::{
    disputes::{balanced, disputes},
    reconciling::{agrees, booked},
    stub::Answer,
    world::{World, gateway, operator},
};

impl Woovi {
    pub(super) fn dispute_of(&self, id: &str) -> Answer {
        let found = self.disputes.iter().find(|(_, one)| one["id"] == id);
        match found {
            Some((_, one)) => (200, json!({ "dispute": one })),
            None => self.missing(),
        }
    }

    /// The PIX that paid a charge has its number.
    pub(super) fn transaction(&self, end_to_end: &str) -> Answer {
        let charge = self.charges.iter().find(|one| {
            let transaction = one["transactionID"].as_str().unwrap();
            end_to_end.strip_prefix('E') == Some(transaction)
        });
        match charge {
            Some(charge) => {
                let transaction = json!({
                    "type": "PAYMENT", "value": charge["value"], "charge": charge,
                    "endToEndId": end_to_end,
                });
                (200, json!({ "transaction": transaction }))
            }
            None => self.missing(),
        }
    }

    /// It is so now, and told.
    pub(super) fn dispute(&mut self, charge: &str, status: &str, kind: &str) {
        let transaction = self.found(charge).unwrap()["transactionID"].clone();
        let known = self.disputes.iter_mut().find(|(of, _)| of == charge);
        let one = match known {
            Some((_, known)) => {
                known["status"] = json!(status);
                known.clone()
            }
            None => {
                let one = json!({
                    "id": format!("67e3170b38e62d5935ed4f{:02}", self.disputes.len()), "type": kind,
                    "status": status, "endToEndId": format!("E{}", transaction.as_str().unwrap()),
                });
                self.disputes.push((charge.to_owned(), one.clone()));
                one
            }
        };
        let event = format!("OPENPIX:DISPUTE_{status}");
        self.events.push(json!({"event": event, "dispute": one}));
    }
}

async fn told(world: &World, stub: &Stub, payment: &Payment, status: &str) {
    stub.book(|book| book.dispute(&payment.id.to_string(), status, "MED"));
    heard(world, stub).await;
}

#[feira_testkit::test("payments")]
async fn what_is_disputed_is_kept_back_answered_by_a_person_and_decided(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (end, status, left) in [
        ("REJECTED", S::Completed, 630),
        ("ACCEPTED", S::Refunded, 0),
    ] {
        let paid = paid(&world, &stub, 700).await;
        told(&world, &stub, &paid.payment, "OPENED").await;
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
        balanced(&world).await;
        let all = disputes(&world).await;
        let open = all.iter().find(|one| one.payment == paid.payment.id);
        let open = open.unwrap();
        assert_eq!((open.kind, open.amount.minor()), (DisputeKind::Med, 700));
        let sent = world
            .payments
            .send_evidence(&operator(), open.id, None)
            .await;
        assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
        told(&world, &stub, &paid.payment, "IN_REVIEW").await;
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        // Nobody tells of its end.
        stub.book(|book| {
            book.dispute(&paid.payment.id.to_string(), end, "MED");
            book.events.clear();
        });
        world.after(Duration::hours(1)).await;
        assert_eq!(world.payment(paid.payment.id).await.status, status, "{end}");
        assert_eq!(world.balance(paid.store(0)).await[0], left);
        balanced(&world).await;
    }
}

#[feira_testkit::test("payments")]
async fn a_notification_of_a_dispute_is_a_hint_and_woovi_has_the_fact(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = paid(&world, &stub, 700).await;
    let forged =
        |dispute: Value| webhook(&json!({"event": "OPENPIX:DISPUTE_CREATED", "dispute": dispute}));
    // Nobody has disputed it, whatever is told.
    world
        .notify(forged(
            json!({"id": "67e3170b38e62d5935ed4f99", "status": "OPENED"}),
        ))
        .await;
    for odd in [json!({"status": "OPENED"}), json!({"id": "../charge"})] {
        let refused = world
            .payments
            .provider_webhook(&gateway(), forged(odd))
            .await;
        assert!(refused.is_err());
    }
    for _ in 0..12 {
        world.after(Duration::hours(2)).await;
    }
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);
}

/// Where an operator tells of disputes, Woovi does not.
#[feira_testkit::test("payments")]
async fn by_hand_nothing_is_heard_of_disputes(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.tells_disputes = false).await;
    let paid = paid(&world, &stub, 700).await;
    told(&world, &stub, &paid.payment, "OPENED").await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    assert_eq!(stub.calls("GET dispute"), 0);
}

/// In the plain form: Woovi's account has no file that is known.
fn report(book: &Woovi) -> String {
    let mut file = "date,id,amount,currency,kind,fee\n".to_owned();
    let reais = |cents: &Value| rust_decimal::Decimal::new(cents.as_i64().unwrap(), 2);
    for (id, at) in &book.paid {
        let at = at.format(&Rfc3339).unwrap();
        let charge = book.found(id).unwrap();
        let (amount, fee) = (reais(&charge["value"]), reais(&charge["fee"]));
        writeln!(file, "{at},{id},{amount},BRL,charge,{fee}").unwrap();
        for (_, one) in book.refunds.iter().filter(|(of, _)| of == id) {
            let (named, amount) = (one["correlationID"].as_str().unwrap(), reais(&one["value"]));
            writeln!(file, "{at},{named},-{amount},BRL,refund,0").unwrap();
        }
        for (_, one) in book.disputes.iter().filter(|(of, _)| of == id) {
            let named = one["id"].as_str().unwrap();
            writeln!(file, "{at},{named},-{amount},BRL,dispute,0").unwrap();
        }
    }
    file
}

#[feira_testkit::test("payments")]
async fn what_it_took_and_the_books_agree_to_the_cent(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let whole = paid(&world, &stub, 2000).await;
    let lost = paid(&world, &stub, 500).await;
    paid(&world, &stub, 1000).await;
    world.after(Duration::minutes(20)).await;
    assert_eq!(booked(&world, Account::ProviderFees).await, 3 * 85);
    world.refund(whole.refund(&[(0, 400)])).await.unwrap();
    for status in ["OPENED", "ACCEPTED"] {
        told(&world, &stub, &lost.payment, status).await;
    }
    let file = stub.book(|book| report(book));
    agrees(&world, "woovi", ReportFormat::Plain, &file, 5).await;
}
