//! What the payer's bank asks back by the special return (MED): a person is told first, and the bank tells when the
//! money goes.

use feira_payment::{
    Account, DisputeAction, DisputeKind, DisputeState, EvidenceKind, NewDispute, NewEvidence,
    PaymentError, PaymentId, PaymentStatus as S, testing::brl,
};
use feira_testkit::{TestDb, violations};
use serde_json::json;
use time::Duration;

use super::{at_bank, bank::Ways, book::Book, heard, paid, txid};
use crate::{
    disputes::{balanced, disputes},
    disputes_by_hand::close,
    reconciling::booked,
    world::{World, operator},
};

impl Book {
    /// The special return of so much is so, and told with its Pix.
    pub(super) fn special(&mut self, txid: &str, id: &str, amount: &str, status: &str) {
        let pix = &mut self.cob(txid)["pix"][0];
        let mut all = pix["devolucoes"].as_array().cloned().unwrap_or_default();
        all.retain(|one| one["id"] != id);
        all.push(json!({
            "id": id, "rtrId": format!("D{id}"), "valor": amount, "natureza": "MED_FRAUDE",
            "status": status,
        }));
        pix["devolucoes"] = json!(all);
        let pix = pix.clone();
        self.told.push(json!({ "pix": [pix] }));
    }
}

fn med(payment: PaymentId, minor: i64, reference: &str) -> NewDispute {
    NewDispute {
        payment,
        kind: DisputeKind::Med,
        amount: brl(minor),
        reason: "fraud".to_owned(),
        bank_reference: reference.to_owned(),
        evidence_due_at: None,
    }
}

async fn sound(world: &World) {
    balanced(world).await;
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

/// It is kept back once, also if the bank's letter is read the day after.
#[feira_testkit::test("payments")]
async fn what_the_bank_took_is_not_opened_once_more(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let paid = paid(&world, &bank, 1000).await;
    let charge = txid(&paid.payment);
    bank.book(|book| book.special(&charge, "med1", "4.00", "DEVOLVIDO"));
    heard(&world, &bank).await;
    let told = disputes(&world).await;
    assert_eq!((told.len(), told[0].state), (1, DisputeState::Lost));
    let letter = med(paid.payment.id, 400, "MED 1");
    let boss = operator();
    let by_hand = world.payments.open_dispute(&boss, letter, None);
    by_hand.await.unwrap_err();
    assert_eq!(disputes(&world).await.len(), 1);
    // Another one it may be.
    let other = med(paid.payment.id, 300, "MED 2");
    let by_hand = world.payments.open_dispute(&boss, other, None);
    by_hand.await.unwrap();
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_a_person_opened_the_banks_return_ends_and_debits_once(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    for (number, steps) in [&["DEVOLVIDO"][..], &["EM_PROCESSAMENTO", "DEVOLVIDO"]]
        .iter()
        .enumerate()
    {
        let paid = paid(&world, &bank, 1000).await;
        let charge = txid(&paid.payment);
        let details = world.payments.details(&operator(), paid.payment.id).await;
        assert!(details.unwrap().disputed_by_hand);
        let new = med(paid.payment.id, 1000, &format!("MED {number}"));
        let made = world
            .payments
            .open_dispute(&operator(), new.clone(), None)
            .await;
        let made = made.unwrap();
        let id = made.dispute.id;
        assert_eq!((made.dispute.held, made.dispute.by_hand), (brl(1000), true));
        assert!(made.allowed.contains(&DisputeAction::Close));
        assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
        let evidence = NewEvidence {
            kind: EvidenceKind::Delivery,
            remove: false,
            text: Some("She has it.".to_owned()),
            file: None,
        };
        world
            .payments
            .put_evidence(&operator(), id, evidence, None)
            .await
            .unwrap();
        let sent = world.payments.send_evidence(&operator(), id, None).await;
        assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
        // Nobody heard of it: it is looked for.
        for status in *steps {
            bank.book(|book| book.special(&charge, "med1", "10.00", status));
            bank.notifications();
            world.after(Duration::hours(1)).await;
        }
        let all = disputes(&world).await;
        assert_eq!(all.len(), number + 1);
        assert_eq!(
            (all[0].id, all[0].state, all[0].by_hand),
            (id, DisputeState::Lost, false)
        );
        assert_eq!(all[0].provider_id, format!("MED {number}"));
        // Told again, and said by a person, too: it is so already.
        bank.book(|book| book.special(&charge, "med1", "10.00", "DEVOLVIDO"));
        heard(&world, &bank).await;
        close(&world, id, false).await.unwrap();
        let again = world.payments.open_dispute(&operator(), new, None).await;
        assert_eq!(again.unwrap().dispute.id, id);
        let seen = world.payments.dispute(&operator(), id).await.unwrap();
        assert_eq!((seen.evidence.len(), seen.allowed), (1, vec![]));
        assert_eq!(disputes(&world).await.len(), number + 1);
        let payment = world.payment(paid.payment.id).await;
        assert_eq!((payment.status, payment.refunded), (S::Refunded, brl(1000)));
        assert_eq!(booked(&world, Account::ProviderClearing).await, 0);
        sound(&world).await;
    }
    assert_eq!(world.count("payment_logs").await, 0);
}

#[feira_testkit::test("payments")]
async fn what_a_person_said_was_lost_is_not_debited_again_by_the_return(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let paid = paid(&world, &bank, 1000).await;
    let new = med(paid.payment.id, 300, "MED 1");
    let made = world
        .payments
        .open_dispute(&operator(), new, None)
        .await
        .unwrap();
    close(&world, made.dispute.id, false).await.unwrap();
    bank.book(|book| book.special(&txid(&paid.payment), "med1", "3.00", "DEVOLVIDO"));
    heard(&world, &bank).await;
    assert_eq!(disputes(&world).await.len(), 1);
    assert_eq!(booked(&world, Account::ProviderClearing).await, 700);
    // Another one is another one.
    bank.book(|book| book.special(&txid(&paid.payment), "med2", "3.00", "DEVOLVIDO"));
    heard(&world, &bank).await;
    assert_eq!(disputes(&world).await.len(), 2);
    assert_eq!(booked(&world, Account::ProviderClearing).await, 400);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn of_a_return_of_less_the_rest_is_free_and_of_none_all(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    for (number, (amount, status, back)) in
        [("3.00", "DEVOLVIDO", 300), ("10.00", "NAO_REALIZADO", 0)]
            .into_iter()
            .enumerate()
    {
        let paid = paid(&world, &bank, 1000).await;
        let new = med(paid.payment.id, 1000, &format!("MED {number}"));
        world
            .payments
            .open_dispute(&operator(), new, None)
            .await
            .unwrap();
        bank.book(|book| book.special(&txid(&paid.payment), "med1", amount, status));
        heard(&world, &bank).await;
        let payment = world.payment(paid.payment.id).await;
        assert_eq!(payment.refunded.minor(), back, "{status}");
        let left = world.balance(paid.store(0)).await[0];
        assert_eq!(left, (1000 - back) * 9 / 10, "{status}");
        sound(&world).await;
    }
    assert_eq!(disputes(&world).await.len(), 2);
}

#[feira_testkit::test("payments")]
async fn what_the_bank_tells_already_is_not_opened_by_hand_as_well(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let paid = paid(&world, &bank, 1000).await;
    bank.book(|book| book.special(&txid(&paid.payment), "med1", "3.00", "EM_PROCESSAMENTO"));
    bank.notifications();
    let new = med(paid.payment.id, 300, "MED 1");
    let refused = world.payments.open_dispute(&operator(), new, None).await;
    assert!(
        matches!(refused, Err(PaymentError::NotByHand)),
        "{refused:?}"
    );
    assert_eq!(disputes(&world).await[0].held, brl(300));
    // And one that the bank never tells of a person ends.
    let new = med(paid.payment.id, 700, "MED 2");
    let made = world
        .payments
        .open_dispute(&operator(), new, None)
        .await
        .unwrap();
    world.after(Duration::hours(2)).await;
    close(&world, made.dispute.id, true).await.unwrap();
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    sound(&world).await;
}
