//! From an account's sum to its entries, and from an entry to all of its transaction.

use feira_kernel::{Actor, Currency, PageRequest};
use feira_payment::{Account, EntryFilter, LedgerKind, PaymentError};
use time::{Duration, macros::datetime};

use crate::world::{World, operator, seller};

fn of(account: Account) -> EntryFilter {
    EntryFilter::of(account, Currency::BRL)
}

#[feira_testkit::test("payments")]
async fn an_account_is_the_sum_of_its_entries_page_by_page(world: World) {
    for cents in [2000, 1000, 500] {
        let paid = world.captured(&[cents]).await;
        world.db.clock().advance(Duration::minutes(1));
        world.release(&paid, 0).await;
        world.db.clock().advance(Duration::minutes(1));
    }
    let mut page = PageRequest::new(Some(2), None).unwrap();
    let mut found = Vec::new();
    loop {
        let filter = of(Account::SellerPending);
        let part = world
            .payments
            .ledger_entries(&operator(), filter, page)
            .await;
        let part = part.unwrap();
        found.extend(part.items);
        match part.next_cursor {
            Some(next) => page = PageRequest::new(Some(2), Some(next)).unwrap(),
            None => break,
        }
    }
    let told: Vec<(LedgerKind, i128)> = found.iter().map(|e| (e.kind, e.amount.minor())).collect();
    use LedgerKind::{Capture, Release};
    let expected = [
        (Release, 450),
        (Capture, -450),
        (Release, 900),
        (Capture, -900),
        (Release, 1800),
        (Capture, -1800),
    ];
    assert_eq!(told, expected);

    let whole = world
        .payments
        .ledger_transaction(&operator(), found[1].transaction)
        .await
        .unwrap();
    assert_eq!((whole.kind, whole.entries.len()), (Capture, 3));
    let sum: i128 = whole.entries.iter().map(|e| e.amount.minor()).sum();
    assert_eq!(sum, 0);
    let payment = found[1].payment.unwrap();
    assert_eq!(whole.source, payment.0);
    assert_eq!(
        found[1].reference,
        Some(world.payment(payment).await.reference)
    );
    assert_eq!(found[1].store_name.as_deref(), Some("Loja"));
    assert!(found[1].part.is_some());

    let released = EntryFilter {
        kind: Some(Release),
        store: found[0].store,
        ..of(Account::SellerPayable)
    };
    let released = world
        .payments
        .ledger_entries(&operator(), released, PageRequest::default())
        .await
        .unwrap();
    assert_eq!(released.items.len(), 1);
    let other = EntryFilter::of(Account::SellerPending, Currency::USD);
    let page = PageRequest::default();
    let none = world
        .payments
        .ledger_entries(&operator(), other, page)
        .await;
    assert_eq!(none.unwrap().items, []);
}

#[feira_testkit::test("payments")]
async fn months_are_those_of_the_time_zone(world: World) {
    // 02:30 UTC on the first is 23:30 on the last of February in São Paulo.
    world.db.clock().set(datetime!(2030-03-01 02:30 UTC));
    world.captured(&[2000]).await;
    world.db.clock().advance(Duration::hours(1));
    world.captured(&[1000]).await;
    for (zone, expected) in [
        (
            "America/Sao_Paulo",
            vec![("2030-03", 1000, 1), ("2030-02", 2000, 1)],
        ),
        ("UTC", vec![("2030-03", 3000, 2)]),
    ] {
        let months = world
            .payments
            .ledger_months(
                &operator(),
                Account::ProviderClearing,
                Currency::BRL,
                zone.to_owned(),
            )
            .await
            .unwrap();
        let months: Vec<_> = months
            .iter()
            .map(|m| (m.month.as_str(), m.total.minor(), m.entries))
            .collect();
        assert_eq!(months, expected, "{zone}");
    }
}

#[feira_testkit::test("payments")]
async fn a_file_is_of_a_year_at_most_and_begins_with_the_oldest(world: World) {
    let begin = world.env.now();
    for cents in [2000, 1000] {
        world.captured(&[cents]).await;
        world.db.clock().advance(Duration::days(1));
    }
    let period = |days| EntryFilter {
        from: Some(begin),
        until: Some(begin + Duration::days(days)),
        ..of(Account::ProviderClearing)
    };
    for (days, sums) in [(366, vec![2000, 1000]), (1, vec![2000])] {
        let filter = period(days);
        let part = world
            .payments
            .ledger_export(&operator(), filter, None)
            .await;
        let part = part.unwrap();
        let told: Vec<i128> = part.items.iter().map(|e| e.amount.minor()).collect();
        assert_eq!((told, part.next_cursor), (sums, None), "{days}");
    }
    for filter in [period(367), period(-1), of(Account::ProviderClearing)] {
        let refused = world
            .payments
            .ledger_export(&operator(), filter, None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Invalid(_))),
            "{refused:?}"
        );
    }
}

#[feira_testkit::test("payments")]
async fn only_operators_see_the_books_from_near(world: World) {
    let paid = world.captured(&[2000]).await;
    for actor in [Actor::stranger(), seller(paid.store(0))] {
        let page = PageRequest::default();
        let payments = &world.payments;
        let refused = payments
            .ledger_entries(&actor, of(Account::Tax), page)
            .await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
        let refused = payments.ledger_transaction(&actor, paid.payment.id.0).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
    let missing = world
        .payments
        .ledger_transaction(&operator(), paid.payment.id.0)
        .await;
    assert!(matches!(missing, Err(PaymentError::NotFound)));
}
