//! What stores owe of what they were paid themselves.

use feira_kernel::{PageRequest, StoreId};
use feira_payment::{
    BankStatementReason, BorneBy, InvoiceEnding, LedgerKind, Method, NewInvoice, NewRefund,
    PaymentError,
    testing::{self, brl},
};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;

use super::{agreed, give_back, owed, settle, sound, world};
use crate::{
    bank_statements::would_wait,
    by_hand::hand,
    provider::Stub,
    world::{Paid, World, at, operator},
};

#[feira_testkit::test("payments")]
async fn what_a_store_owes_is_taken_off_its_next_payout(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[6_000]).await;
    let store = of.store(0);
    settle(&world, &of, 0, true).await.unwrap();
    let debts = world
        .payments
        .debts(&operator(), PageRequest::default())
        .await;
    let debts = debts.unwrap().items;
    assert_eq!((debts[0].store, debts[0].owed), (store, brl(600).into()));

    // A card of the same store is paid out, less the commission of what it has.
    earned_by_card(&world, store).await;
    let next = world.payments.next_payouts(&operator(), Some(store)).await;
    assert_eq!(next.unwrap()[0].amount, brl(2_100).into());
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!((made.len(), made[0].amount), (1, brl(2_100).into()));
    let details = world
        .payments
        .payout(&operator(), made[0].id)
        .await
        .unwrap();
    let kinds: Vec<LedgerKind> = details.items.iter().map(|item| item.kind).collect();
    assert!(kinds.contains(&LedgerKind::Netting), "{kinds:?}");
    assert_eq!(owed(&world, store).await, [0, 0, 0]);
    sound(&world).await;

    // It gives the buyer all of it back: the commission that was taken is payable again.
    give_back(&world, &of, 0, 6_000).await;
    assert_eq!(owed(&world, store).await, [0, 600, 0]);
    sound(&world).await;

    // Less is payable than is owed: that much of it is, and the rest stays.
    let large = agreed_of(&world, store, 20_000).await;
    settle(&world, &large, 0, true).await.unwrap();
    assert_eq!(owed(&world, store).await, [0, 600, 2_000]);
    assert!(
        world
            .payments
            .run_payouts(&operator(), None)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(owed(&world, store).await, [0, 0, 1_400]);
    let by = operator();
    let paid = world
        .payments
        .settle_debt(&by, store, brl(1_400), "TED".to_owned(), None);
    paid.await.unwrap();
    assert_eq!(owed(&world, store).await, [0, 0, 0]);
    sound(&world).await;
}

/// 27.00, which is payable.
async fn earned_by_card(world: &World, store: StoreId) {
    let split = testing::split(store, testing::random(), 3_000);
    let card = testing::card("tok_approved");
    let mut start = testing::start(testing::random(), card, vec![split]);
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    world.release(&Paid { payment, start }, 0).await;
}

#[feira_testkit::test("payments")]
async fn what_was_billed_is_netted_once_the_invoice_is_withdrawn(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[6_000]).await;
    let store = of.store(0);
    settle(&world, &of, 0, true).await.unwrap();
    let (payments, by) = (&world.payments, operator());
    let bill = NewInvoice {
        store,
        amount: brl(400),
        due_on: (world.env.now() + Duration::days(10)).date().to_string(),
        note: "Commission".to_owned(),
    };
    let invoice = payments.invoice_debt(&by, bill, None).await.unwrap();
    earned_by_card(&world, store).await;
    assert_eq!(owed(&world, store).await, [0, 2_700, 600]);
    // What was not billed is netted, and no more.
    let next = payments.next_payouts(&by, Some(store)).await.unwrap();
    assert_eq!(next[0].amount, brl(2_500).into());
    let made = payments.run_payouts(&by, None).await.unwrap();
    assert_eq!((made.len(), made[0].amount), (1, brl(2_500).into()));
    assert_eq!(owed(&world, store).await, [0, 0, 400]);
    sound(&world).await;

    // What was netted is payable again when the goods go back; the invoice stays.
    give_back(&world, &of, 0, 1_000).await;
    assert_eq!(owed(&world, store).await, [0, 100, 400]);
    let reason = "by mistake".to_owned();
    let withdrawn = InvoiceEnding::Withdrawn { reason };
    let ended = payments.end_invoice(&by, invoice.id, withdrawn, None);
    ended.await.unwrap();
    earned_by_card(&world, store).await;
    let made = payments.run_payouts(&by, None).await.unwrap();
    assert_eq!((made.len(), made[0].amount), (1, brl(2_400).into()));
    assert_eq!(owed(&world, store).await, [0, 0, 0]);
    sound(&world).await;
}

async fn agreed_of(world: &World, store: StoreId, cents: i64) -> Paid {
    let splits = vec![testing::split(store, testing::random(), cents)];
    let mut start = testing::start(testing::random(), Method::CashOnDelivery {}, splits);
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

#[feira_testkit::test("payments")]
async fn turnover_counts_what_stores_were_paid_themselves(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[6_000, 900]).await;
    settle(&world, &of, 0, true).await.unwrap();
    give_back(&world, &of, 0, 1_000).await;
    let zone = "America/Sao_Paulo".to_owned();
    let sums = world
        .payments
        .quarter_sums(&operator(), 2026, zone, None)
        .await;
    let sums = sums.unwrap().items;
    assert_eq!(sums.len(), 1);
    let told = [sums[0].consideration, sums[0].fees].map(|sum| i64::try_from(sum.minor()).unwrap());
    assert_eq!((sums[0].store, told), (of.store(0), [4_500, 500]));
    assert_eq!(sums[0].activities, 1);
}

/// What it keeps of the earning then is nothing that a payout could claim.
#[feira_testkit::test("payments")]
async fn all_that_is_left_is_of_one_store_and_makes_nothing_payable(db: TestDb) {
    let world = world(&db).await;
    let both = agreed(&world, &[2_000, 1_000]).await;
    for part in [0, 1] {
        settle(&world, &both, part, true).await.unwrap();
    }
    let refused = world.refund(both.refund(&[])).await;
    assert!(
        matches!(refused, Err(PaymentError::PaidToStores)),
        "{refused:?}"
    );
    for (borne_by, owes) in [
        (None, [0, 0, 0]),
        (Some(BorneBy::Marketplace), [0, 1_800, 0]),
    ] {
        let one = agreed(&world, &[2_000, 1_000]).await;
        settle(&world, &one, 0, true).await.unwrap();
        let asked = NewRefund {
            borne_by,
            ..one.refund(&[])
        };
        let asked = world.refund(asked).await.unwrap();
        assert_eq!(asked.amount, brl(2_000));
        let (payments, by) = (&world.payments, operator());
        let sent = payments.mark_refund_sent(&by, asked.id, "cash".to_owned(), None);
        sent.await.unwrap();
        assert_eq!(owed(&world, one.store(0)).await, owes);
        sound(&world).await;
    }
}

/// An earlier release let a billed debt end beside its invoice.
#[feira_testkit::test("payments")]
async fn a_refund_opens_no_more_than_it_credited(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[6_000]).await;
    let store = of.store(0);
    settle(&world, &of, 0, true).await.unwrap();
    let (payments, by) = (&world.payments, operator());
    let bill = NewInvoice {
        store,
        amount: brl(400),
        due_on: (world.env.now() + Duration::days(10)).date().to_string(),
        note: "Commission".to_owned(),
    };
    payments.invoice_debt(&by, bill, None).await.unwrap();
    let owner = db.owner().await;
    let withdrawn = "UPDATE payments.debt_invoices \
        SET status = 'withdrawn', ended_at = created_at, ended_note = 'x'";
    owner.execute_unprepared(withdrawn).await.unwrap();
    let paid = payments.settle_debt(&by, store, brl(600), "TED".to_owned(), None);
    paid.await.unwrap();
    let open = "UPDATE payments.debt_invoices \
        SET status = 'open', ended_at = NULL, ended_note = NULL";
    owner.execute_unprepared(open).await.unwrap();
    // The commission of what goes back, and not what the invoice asks for.
    give_back(&world, &of, 0, 1_000).await;
    assert_eq!(owed(&world, store).await, [0, 100, 0]);
    owner.execute_unprepared(withdrawn).await.unwrap();
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_a_store_gives_back_no_operator_is_told_to_send(db: TestDb) {
    let stub = Stub::start().await;
    let world = World::at(&db, vec![hand(), at("sandbox", &stub)]).await;
    let of = agreed(&world, &[2_000]).await;
    settle(&world, &of, 0, true).await.unwrap();
    world.refund(of.refund(&[(0, 500)])).await.unwrap();
    let (payments, by) = (&world.payments, operator());
    let waiting = payments.waiting_by_hand(&by).await.unwrap();
    assert_eq!((waiting.refunds_count, waiting.refunds), (0, Vec::new()));
    // It is shown as the store's to send.
    assert_eq!(waiting.of_stores_count, 1);
    let shown = &waiting.of_stores[0];
    assert_eq!((shown.payment, shown.amount), (of.payment.id, brl(500)));
    let went_out = async |cents| would_wait(&world, &[("PIX enviado", cents)]).await;
    assert_eq!(went_out(-500).await, [(BankStatementReason::MoneyOut, 1)]);
    // What the marketplace was paid, it sends.
    let start = world.asked(Method::Pix {}, 1_000);
    let payment = world.begin(start.clone()).await.unwrap();
    let marked = payments.mark_payment_paid(&by, payment.id, None, None);
    let payment = marked.await.unwrap();
    let pix = Paid { payment, start };
    world.refund(pix.refund(&[(0, 300)])).await.unwrap();
    let waiting = payments.waiting_by_hand(&by).await.unwrap();
    assert_eq!((waiting.refunds_count, waiting.of_stores_count), (1, 1));
    assert_eq!(waiting.refunds[0].payment, pix.payment.id);
    let expected = [(BankStatementReason::RefundToSend, 1)];
    assert_eq!(went_out(-300).await, expected);
}
