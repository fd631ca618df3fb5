//! What a store owes, billed to it.

use feira_kernel::{PageRequest, StoreId};
use feira_payment::{
    DebtInvoice, InvoiceEnding, InvoiceStatus, LedgerKind, NewInvoice, PaymentError, testing,
};
use feira_testkit::violations;
use time::Duration;

use crate::world::{World, operator, seller};

/// A store that was paid for a sale of which half went back: it owes its part, 9.00.
async fn owing(world: &World) -> StoreId {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    paid.store(0)
}

fn asked(world: &World, store: StoreId, cents: i64) -> NewInvoice {
    let due = world.env.now() + Duration::days(10);
    NewInvoice {
        store,
        amount: testing::brl(cents),
        due_on: due.date().to_string(),
        note: "Refunds of March".to_owned(),
    }
}

async fn bill(world: &World, store: StoreId, cents: i64) -> Result<DebtInvoice, PaymentError> {
    let asked = asked(world, store, cents);
    let payments = &world.payments;
    payments.invoice_debt(&operator(), asked, None).await
}

async fn end(
    world: &World,
    invoice: &DebtInvoice,
    ending: InvoiceEnding,
) -> Result<DebtInvoice, PaymentError> {
    let payments = &world.payments;
    payments
        .end_invoice(&operator(), invoice.id, ending, None)
        .await
}

fn paid(reference: &str) -> InvoiceEnding {
    InvoiceEnding::Paid {
        reference: reference.to_owned(),
    }
}

/// What it owes, and what of that payouts would net.
async fn owes(world: &World, store: StoreId) -> (i128, i128) {
    let told = world.payments.balance(&seller(store), None).await.unwrap();
    (told[0].owed.minor(), told[0].payable.minor())
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn what_is_billed_is_netted_by_no_payout_and_paid_once(world: World) {
    let store = owing(&world).await;
    assert_eq!(owes(&world, store).await, (900, -900));
    assert!(matches!(
        bill(&world, store, 901).await,
        Err(PaymentError::MoreThanOwed)
    ));
    let invoice = bill(&world, store, 600).await.unwrap();
    assert_eq!(invoice.status, InvoiceStatus::Open);
    assert_eq!(
        (invoice.amount, invoice.store_name.as_str()),
        (testing::brl(600), "Loja")
    );
    assert_eq!(owes(&world, store).await, (900, -300));
    // What is billed is billed once.
    assert!(matches!(
        bill(&world, store, 301).await,
        Err(PaymentError::MoreThanOwed)
    ));
    let rest = bill(&world, store, 300).await.unwrap();
    assert!(rest.number > invoice.number);
    assert_eq!(owes(&world, store).await, (900, 0));
    sound(&world).await;

    for _ in 0..2 {
        let ended = end(&world, &invoice, paid(" E12 ")).await.unwrap();
        assert_eq!(ended.status, InvoiceStatus::Paid);
        assert_eq!(ended.ended_note.as_deref(), Some("E12"));
    }
    let other = end(&world, &invoice, paid("E13")).await;
    assert!(matches!(
        other,
        Err(PaymentError::InvoiceMove(InvoiceStatus::Paid))
    ));
    let reason = "it has closed".to_owned();
    end(&world, &rest, InvoiceEnding::WrittenOff { reason })
        .await
        .unwrap();
    assert_eq!(owes(&world, store).await, (0, 0));
    sound(&world).await;
    let events = world.events().await;
    let billed = events
        .iter()
        .filter(|name| *name == "payment.debt_invoiced.v1");
    assert_eq!(billed.count(), 2);

    let first = PageRequest::first(10);
    let operator = operator();
    let settled = world
        .payments
        .debt_settlements(&operator, Some(store), first);
    let kinds: Vec<LedgerKind> = settled
        .await
        .unwrap()
        .items
        .iter()
        .map(|one| one.kind)
        .collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&LedgerKind::SettledByStore) && kinds.contains(&LedgerKind::WriteOff));
}

#[feira_testkit::test("payments")]
async fn a_withdrawn_invoice_leaves_the_debt_and_can_be_made_again(world: World) {
    let store = owing(&world).await;
    let invoice = bill(&world, store, 900).await.unwrap();
    let reason = "a mistake".to_owned();
    let withdrawn = end(&world, &invoice, InvoiceEnding::Withdrawn { reason })
        .await
        .unwrap();
    assert_eq!(withdrawn.status, InvoiceStatus::Withdrawn);
    assert_eq!(owes(&world, store).await, (900, 0));
    let again = bill(&world, store, 600).await.unwrap();
    // What is billed ends by its invoice, and the rest beside it.
    let (payments, by) = (&world.payments, operator());
    for (cents, refused) in [(301, true), (300, false), (1, true)] {
        let (amount, why) = (testing::brl(cents), "closed".to_owned());
        let ended = payments.write_off_debt(&by, store, amount, why, None).await;
        assert_eq!(
            matches!(ended, Err(PaymentError::MoreThanOwed)),
            refused,
            "{cents}: {ended:?}"
        );
    }
    let settled = payments.settle_debt(&by, store, testing::brl(600), "E1".to_owned(), None);
    let settled = settled.await;
    assert!(
        matches!(settled, Err(PaymentError::MoreThanOwed)),
        "{settled:?}"
    );
    end(&world, &again, paid("E1")).await.unwrap();
    assert_eq!(owes(&world, store).await, (0, 0));
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn an_invoice_is_its_stores_and_the_operators(world: World) {
    let store = owing(&world).await;
    let invoice = bill(&world, store, 900).await.unwrap();
    let payments = &world.payments;
    let first = || PageRequest::first(10);
    let own = payments
        .debt_invoices(&seller(store), None, first())
        .await
        .unwrap();
    assert_eq!(own.items, std::slice::from_ref(&invoice));
    assert_eq!(
        payments
            .debt_invoice(&seller(store), invoice.id)
            .await
            .unwrap(),
        invoice
    );
    let stranger = seller(world.store());
    let none = payments
        .debt_invoices(&stranger, None, first())
        .await
        .unwrap();
    assert_eq!(none.items, []);
    let foreign = payments.debt_invoice(&stranger, invoice.id).await;
    assert!(matches!(foreign, Err(PaymentError::NotFound)));
    let refused = payments
        .invoice_debt(&seller(store), asked(&world, store, 1), None)
        .await;
    assert!(matches!(refused, Err(PaymentError::Forbidden)));

    for (due_on, note) in [
        ("", "x"),
        ("soon", "x"),
        ("2020-01-01", "x"),
        ("2026-12-01", " "),
    ] {
        let wrong = NewInvoice {
            due_on: due_on.to_owned(),
            note: note.to_owned(),
            ..asked(&world, store, 1)
        };
        let wrong = payments.invoice_debt(&operator(), wrong, None).await;
        assert!(
            matches!(wrong, Err(PaymentError::Invalid(_))),
            "{due_on}: {wrong:?}"
        );
    }
}

#[feira_testkit::test("payments")]
async fn i66_an_invoice_of_which_the_ledger_knows_something_else(world: World) {
    use sea_orm::ConnectionTrait;

    let store = owing(&world).await;
    let invoice = bill(&world, store, 900).await.unwrap();
    end(&world, &invoice, paid("E1")).await.unwrap();
    sound(&world).await;
    let owner = world.db.owner().await;
    for (harm, mend) in [
        (
            "UPDATE payments.debt_invoices SET moved = moved - 1",
            "UPDATE payments.debt_invoices SET moved = moved + 1",
        ),
        (
            "UPDATE payments.debt_invoices SET status = 'written_off'",
            "UPDATE payments.debt_invoices SET status = 'paid'",
        ),
    ] {
        owner.execute_unprepared(harm).await.unwrap();
        let found = violations(&world.db.url(), Some("payments")).await;
        let names: Vec<_> = found.iter().map(|one| one.invariant.as_str()).collect();
        assert_eq!(names, ["i66_invoices_to_stores"], "{harm}");
        owner.execute_unprepared(mend).await.unwrap();
    }
}
