//! What amounts add up to is not held to the limit of one amount, in any currency.

use feira_kernel::{Money, PageRequest, Ref, StoreId, Total};
use feira_payment::{
    Account, LedgerKind, PartReference, ReleaseEarning, Split, StartPayment, testing,
};

use crate::world::{World, operator, seller};

/// Three sales of one store, paid and payable.
async fn three_sales(world: &World, amount: Money) -> StoreId {
    let store = world.store();
    for _ in 0..3 {
        let part = PartReference::new(testing::random());
        let start = StartPayment {
            key: testing::random(),
            reference: Ref::new(testing::random()),
            description: "F-1001".to_owned(),
            payer: None,
            method: testing::card("tok_approved"),
            amount,
            splits: vec![Split {
                store,
                part,
                amount,
                commission: Money::zero(amount.currency()),
                earning: amount,
            }],
            expires_at: world.env.now() + time::Duration::minutes(30),
        };
        let release = ReleaseEarning {
            key: testing::random(),
            reference: start.reference,
            part,
            payment: None,
        };
        let order = testing::order();
        world.payments.start(&order, start).await.unwrap();
        world
            .payments
            .release_earning(&order, release)
            .await
            .unwrap();
    }
    store
}

#[feira_testkit::test("payments")]
async fn three_large_sales_are_told_and_paid_out_in_every_kind_of_currency(world: World) {
    for (amount, currency, sum) in [
        ("40000000000.00", "BRL", "120000000000.00"),
        ("99999999999", "JPY", "299999999997"),
        ("40000000000.125", "KWD", "120000000000.375"),
        ("40000000000.0001", "CLF", "120000000000.0003"),
    ] {
        let amount = Money::parse(amount, currency.parse().unwrap()).unwrap();
        let store = three_sales(&world, amount).await;
        let sum = format!("{sum} {currency}");
        let balance = async || world.payments.balance(&seller(store), None).await.unwrap();
        assert_eq!(balance().await[0].payable.to_string(), sum);

        let made = world.payments.run_payouts(&operator(), None).await.unwrap();
        assert_eq!((made.len(), made[0].items), (1, 3), "{currency}");
        assert_eq!(
            (made[0].store, made[0].amount.to_string()),
            (store, sum.clone())
        );
        assert_eq!(balance().await[0].in_payout, made[0].amount);
        let reference = "by hand".to_owned();
        let paid = world
            .payments
            .mark_payout_paid(&operator(), made[0].id, reference, None)
            .await
            .unwrap();
        assert_eq!(paid.amount, made[0].amount);
        assert_eq!(balance().await[0].paid, made[0].amount);

        let page = PageRequest::default();
        let lines = world.payments.ledger(&seller(store), None, page).await;
        let told = lines.unwrap().items.into_iter();
        let told: Vec<Total> = told
            .filter(|line| line.kind == LedgerKind::PayoutPaid)
            .map(|line| line.amount)
            .collect();
        assert_eq!(told, [made[0].amount.negated()]);
    }
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    let clearing = books.accounts.iter();
    let clearing = clearing.filter(|a| a.account == Account::ProviderClearing);
    assert_eq!(clearing.count(), 4);
}

#[feira_testkit::test("payments")]
async fn the_books_tell_what_is_held_above_the_limit_of_one_amount(world: World) {
    let amount = Money::parse("99999999999.00", feira_kernel::Currency::BRL).unwrap();
    three_sales(&world, amount).await;
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    let told: Vec<String> = books
        .accounts
        .iter()
        .filter(|account| !account.total.is_zero())
        .map(|account| format!("{:?} {}", account.account, account.total))
        .collect();
    assert_eq!(
        told,
        [
            "ProviderClearing 299999999997.00 BRL",
            "SellerPayable -299999999997.00 BRL"
        ]
    );
}
