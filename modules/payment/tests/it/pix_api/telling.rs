//! What the bank tells, and what of it is true.

use feira_payment::{Method, Payment, PaymentError, PaymentStatus as S, RefundStatus, testing};
use feira_testkit::TestDb;
use serde_json::{Value, json};

use super::{
    at_bank,
    bank::{TOKEN, Ways, webhook},
    heard, location, paid, started, txid,
};
use crate::world::{gateway, operator};

#[feira_testkit::test("payments")]
async fn a_notification_is_a_hint_and_the_bank_has_the_fact(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let (first, second) = (started(&world, 4200).await, started(&world, 990).await);
    let (first, second) = (first.payment, second.payment);
    assert_eq!(location(&first).unwrap(), "pix.bank.example/qr/v2/1");

    // Nobody has paid, whatever is told.
    let pix = |number: u32, txid: &str| {
        let came = format!("E{number:031}");
        json!({"endToEndId": came, "txid": txid, "valor": "42.00", "horario": "2026-03-02T12:00:00Z"})
    };
    let untrue = webhook(&json!({ "pix": [pix(900, &txid(&first))] }));
    world.notify(untrue).await;
    assert_eq!(world.payment(first.id).await.status, S::Pending);

    // Several in one call, some of them nobody's here, and the call twice.
    bank.pay(&txid(&first));
    bank.pay(&txid(&second));
    bank.notifications();
    // Its code is of no use any more.
    bank.book(|book| book.cob(&txid(&first))["pixCopiaECola"] = json!("000201"));
    bank.book(|book| book.cob(&txid(&second))["location"] = json!("pix.bank.example/".repeat(9)));
    bank.book(|book| book.cob(&txid(&second))["pixCopiaECola"] = json!(null));
    let mut without = pix(3, "");
    without.as_object_mut().unwrap().remove("txid");
    let unknown = "0".repeat(32);
    let several = json!({ "pix": [
        without, pix(4, "LOJA42"), pix(5, &unknown), pix(1, &txid(&first)), pix(2, &txid(&second)),
    ] });
    for _ in 0..2 {
        world.notify(webhook(&several)).await;
    }
    for payment in [&first, &second] {
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }
    assert_eq!(world.events().await, ["payment.captured.v1"; 2]);
    assert_eq!(world.count("provider_events").await, 4);
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 1);

    // A bank that tries the address.
    world
        .notify(webhook(&json!({"evento": "teste_webhook"})))
        .await;
    assert_eq!(world.count("provider_events").await, 4);
}

#[feira_testkit::test("payments")]
async fn only_who_knows_the_path_is_heard_and_only_what_reads(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    bank.pay(&txid(&payment));
    let told = bank.notifications().remove(0);
    let say = async |path: &str, body: &str| {
        let mut told = told.clone();
        told.path = path.to_owned();
        told.body = body.as_bytes().to_vec();
        world.payments.provider_webhook(&gateway(), told).await
    };
    let right = String::from_utf8(told.body.clone()).unwrap();
    let (longer, shorter) = (format!("{TOKEN}x"), &TOKEN[1..]);
    for path in [
        "",
        "/",
        "pix",
        "pix/pix",
        &longer,
        shorter,
        &TOKEN.to_uppercase(),
    ] {
        let refused = say(path, &right).await;
        assert!(
            matches!(refused, Err(PaymentError::BadSignature)),
            "{path}: {refused:?}"
        );
    }
    let txid = txid(&payment);
    let short = json!({"pix": [{"endToEndId": "E1", "txid": txid}]}).to_string();
    let path = json!({"pix": [{"endToEndId": "../".repeat(11), "txid": txid}]}).to_string();
    let long = json!({"pix": [{
        "endToEndId": format!("E{:031}", 1), "txid": txid,
        "devolucoes": [{"id": "d".repeat(36), "status": "DEVOLVIDO"}],
    }]});
    for body in [
        "",
        "{",
        r#"{"pix":{}}"#,
        r#"{"pix":[7]}"#,
        &short,
        &path,
        &long.to_string(),
    ] {
        let refused = say(TOKEN, body).await;
        assert!(
            matches!(refused, Err(PaymentError::Invalid(_))),
            "{body}: {refused:?}"
        );
    }
    assert_eq!(world.count("provider_events").await, 0);
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    // As a bank posts it that appends nothing.
    say(TOKEN, &right).await.unwrap();
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn a_return_ends_when_the_bank_tells_how(db: TestDb) {
    let ways = Ways {
        returns_at_once: false,
        ..Ways::default()
    };
    let (world, bank) = at_bank(&db, ways).await;
    let paid = paid(&world, &bank, 1000).await;
    let charge = txid(&paid.payment);
    for (amount, status, after) in [
        (400, "DEVOLVIDO", S::PartiallyRefunded),
        (600, "NAO_REALIZADO", S::PartiallyRefunded),
        (600, "DEVOLVIDO", S::Refunded),
    ] {
        let refund = world.refund(paid.refund(&[(0, amount)])).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Pending);
        bank.book(|book| book.end_returns(&charge, status));
        heard(&world, &bank).await;
        let payment = world.payment(paid.payment.id).await;
        assert_eq!(payment.status, after, "{amount} {status}");
        let open = "refunds WHERE status = 'pending'";
        assert_eq!(world.count(open).await, 0);
    }
    assert_eq!(world.count("refunds WHERE status = 'failed'").await, 1);
    assert_eq!(bank.calls("PUT devolucao"), 3);
    // The bank's own return, as of a fraud: nothing is asked back, and nothing breaks.
    let body = json!({"pix": [{
        "endToEndId": format!("E{:031}", 1), "txid": charge,
        "devolucoes": [{"id": "med1", "natureza": "MED_FRAUDE", "status": "DEVOLVIDO"}],
    }]});
    world.notify(webhook(&body)).await;
    assert_eq!(bank.calls("PUT devolucao"), 3);
}

/// What is wrong with a charge, and whether an operator is told.
type Wrong = (&'static str, fn(&mut Value), i64);

#[feira_testkit::test("payments")]
async fn what_was_not_asked_for_pays_nothing(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let wrongs: [Wrong; 7] = [
        ("less", |cob| cob["pix"][0]["valor"] = json!("41.99"), 1),
        ("more", |cob| cob["pix"][0]["valor"] = json!("42.01"), 1),
        (
            "twice",
            |cob| cob["pix"] = json!([cob["pix"][0], cob["pix"][0]]),
            1,
        ),
        ("key", |cob| cob["chave"] = json!("outra@example.com"), 1),
        ("no Pix", |cob| cob["pix"] = json!([]), 0),
        ("status", |cob| cob["status"] = json!("TELEPORTADA"), 0),
        ("comma", |cob| cob["pix"][0]["valor"] = json!("42,00"), 0),
    ];
    for (what, wrong, told) in wrongs {
        let payment = world.started(Method::Pix {}, 4200).await;
        bank.pay(&txid(&payment));
        let right = bank.book(|book| book.cob(&txid(&payment)).clone());
        bank.book(|book| wrong(book.cob(&txid(&payment))));
        let before = world.count("payment_logs").await;
        heard(&world, &bank).await;
        let seen = world.payment(payment.id).await;
        assert_eq!(seen.status, S::Pending, "{what}");
        let logged = world.count("payment_logs").await - before;
        assert_eq!(logged, told, "{what}");
        // Said rightly at last.
        bank.book(|book| *book.cob(&txid(&payment)) = right);
        world.after(time::Duration::minutes(6)).await;
        let seen = world.payment(payment.id).await;
        assert_eq!(seen.status, S::Completed, "{what}");
    }
}

#[feira_testkit::test("payments")]
async fn what_nobody_heard_of_and_was_given_back_there_pays_nothing(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    for (there, after) in [("42.00", S::Failed), ("41.99", S::Completed)] {
        let payment = world.started(Method::Pix {}, 4200).await;
        let charge = txid(&payment);
        bank.pay(&charge);
        bank.book(|book| book.give_back_by_hand(&charge, there));
        heard(&world, &bank).await;
        assert_eq!(world.payment(payment.id).await.status, after, "{there}");
    }
}

/// By which the payer's bank and ours know it; what has another form is no such name.
#[feira_testkit::test("payments")]
async fn the_name_that_a_pix_has_at_all_banks_is_kept_and_finds_its_payment(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let (paid, unpaid) = (paid(&world, &bank, 4200).await, started(&world, 990).await);
    let id = format!("E{:031}", 1);
    let of = async |payment: &Payment| {
        let details = world.payments.details(&operator(), payment.id).await;
        details.unwrap().paid_by.end_to_end_id
    };
    assert_eq!(of(&paid.payment).await.as_ref(), Some(&id));
    assert_eq!(of(&unpaid.payment).await, None);
    let by = testing::order();
    let named = |text: &str| world.payments.references_named(&by, text.to_owned());
    assert_eq!(named(&id).await.unwrap(), [paid.payment.reference]);
    assert_eq!(named(&format!("E{:031}", 2)).await.unwrap(), []);
}
