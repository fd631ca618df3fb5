use feira_kernel::{Actor, PageRequest, UserId};
use feira_payment::{Account, Method, PaymentError, testing};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use crate::world::{World, operator, seller};

#[feira_testkit::test("payments")]
async fn the_books_balance_and_say_what_breaks_them(db: TestDb, world: World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced && books.transactions == 0 && books.accounts.is_empty());
    let paid = world.captured(&[2000, 1000]).await;
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    let total = |account| {
        books
            .accounts
            .iter()
            .find(|a| a.account == account)
            .map(|a| a.total.minor())
    };
    assert_eq!(total(Account::ProviderClearing), Some(3000));
    assert_eq!(total(Account::SellerPending), Some(-900));
    assert_eq!(total(Account::SellerPayable), Some(0));
    assert_eq!(total(Account::PayoutInTransit), Some(-1800));
    assert_eq!(total(Account::PlatformCommission), Some(-300));
    assert_eq!(books.transactions, 3);

    let owner = db.owner().await;
    let change = |by: &str| {
        format!(
            "UPDATE payments.ledger_entries SET amount = amount {by} WHERE account = 'platform_commission'"
        )
    };
    owner.execute_unprepared(&change("- 1")).await.unwrap();
    let books = world.payments.books(&operator()).await.unwrap();
    insta::assert_snapshot!(books.violations.join("\n"));
    assert!(!books.balanced);
    owner.execute_unprepared(&change("+ 1")).await.unwrap();
    for actor in [
        Actor::stranger(),
        seller(paid.store(0)),
        Actor::customer(UserId(testing::random())),
    ] {
        let refused = world.payments.books(&actor).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
}

#[feira_testkit::test("payments")]
async fn the_ledger_is_only_added_to_and_must_sum_to_zero(world: World) {
    world.captured(&[2000]).await;
    let role = world.env.pool.read();
    for sql in [
        "UPDATE ledger_entries SET amount = 1",
        "DELETE FROM ledger_entries",
        "UPDATE ledger_transactions SET kind = 'refund'",
        "DELETE FROM transactions",
        "UPDATE payment_logs SET message = ''",
    ] {
        let refused = role.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
    for sql in [
        "INSERT INTO ledger_transactions (id, kind, source_id, at) VALUES (gen_random_uuid(), 'payout', gen_random_uuid(), now())",
        "WITH t AS (INSERT INTO ledger_transactions (id, kind, source_id, at) \
                    VALUES (gen_random_uuid(), 'payout', gen_random_uuid(), now()), \
                           (gen_random_uuid(), 'payout', gen_random_uuid(), now()) RETURNING id) \
         INSERT INTO ledger_entries (id, transaction_id, kind, account, amount, currency, at) \
         SELECT gen_random_uuid(), t.id, 'payout', 'provider_clearing', side, 'BRL', now() \
         FROM (SELECT id FROM t LIMIT 1) AS t, unnest(ARRAY[1, -1]) AS side",
        "INSERT INTO ledger_entries (id, transaction_id, kind, account, amount, currency, at) \
         SELECT gen_random_uuid(), id, kind, 'provider_clearing', 1, 'BRL', now() FROM ledger_transactions",
    ] {
        let refused = role.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("does not sum to zero"), "{sql}: {refused}");
    }
}

#[feira_testkit::test("payments")]
async fn a_store_reads_its_own_lines_page_by_page(db: TestDb, world: World) {
    let paid = world.captured(&[2000, 1000]).await;
    db.clock().advance(time::Duration::minutes(1));
    world.release(&paid, 0).await;
    db.clock().advance(time::Duration::minutes(1));
    world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    let own = seller(paid.store(0));
    let mut page = PageRequest::first(2);
    let mut told = Vec::new();
    loop {
        let lines = world
            .payments
            .ledger(&own, None, page.clone())
            .await
            .unwrap();
        told.extend(lines.items.iter().map(|l| {
            format!(
                "{} {:?} {}",
                serde_json::to_value(l.kind).unwrap().as_str().unwrap(),
                l.account,
                l.amount
            )
        }));
        assert!(
            lines
                .items
                .iter()
                .all(|l| l.part == Some(paid.start.splits[0].part.0))
        );
        let Some(next) = lines.next_cursor else { break };
        page = PageRequest::new(Some(2), Some(next)).unwrap();
    }
    told[..3].sort();
    told[3..5].sort();
    assert_eq!(
        told,
        [
            "refund SellerRefunding -0.90 BRL",
            "refund_held SellerPayable -0.90 BRL",
            "refund_held SellerRefunding 0.90 BRL",
            "release SellerPayable 18.00 BRL",
            "release SellerPending -18.00 BRL",
            "capture SellerPending 18.00 BRL"
        ]
    );
    let bad = PageRequest::new(None, Some(feira_kernel::Cursor("x".to_owned()))).unwrap();
    let refused = world.payments.ledger(&own, None, bad).await;
    assert!(
        matches!(refused, Err(PaymentError::Invalid(_))),
        "{refused:?}"
    );
    let nobody = world
        .payments
        .ledger(
            &Actor::stranger(),
            Some(paid.store(0)),
            PageRequest::default(),
        )
        .await;
    assert!(matches!(nobody, Err(PaymentError::Forbidden)), "{nobody:?}");
}

#[feira_testkit::test("payments")]
async fn operators_list_payments_and_the_gateway_finds_their_reference(db: TestDb, world: World) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        db.clock().advance(time::Duration::seconds(1));
        ids.push(world.started(Method::Pix {}, 500).await);
    }
    let first = world
        .payments
        .payments(&operator(), PageRequest::first(2))
        .await
        .unwrap();
    let listed: Vec<_> = first.items.iter().map(|p| p.id).collect();
    assert_eq!(listed, [ids[2].id, ids[1].id]);
    let next = PageRequest::new(Some(2), first.next_cursor).unwrap();
    let second = world.payments.payments(&operator(), next).await.unwrap();
    assert_eq!((second.items[0].id, second.next_cursor), (ids[0].id, None));
    let reference = world
        .payments
        .reference_of(&crate::world::gateway(), ids[0].id)
        .await
        .unwrap();
    assert_eq!(reference, ids[0].reference.0);
    let refused = world
        .payments
        .reference_of(&Actor::stranger(), ids[0].id)
        .await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );
    assert!(world.payments.payment(&operator(), ids[0].id).await.is_ok());
    let many = (0..101).map(|_| ids[0].reference).collect();
    let refused = world.payments.by_references(&testing::order(), many).await;
    assert!(
        matches!(refused, Err(PaymentError::Invalid(_))),
        "{refused:?}"
    );
}
