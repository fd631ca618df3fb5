//! Who may only see a store's money changes nothing of it: each command needs the permission to do what it does.

use feira_kernel::{Actor, Currency};
use feira_payment::{
    BankStatementColumns, BankStatementRequest, DisputeId, EvidenceKind, Method, NewEvidence,
    PaymentError, RefundId, RefundStatus as R, SEE_BALANCE, testing,
};
use feira_store::{FULFIL_ORDERS, MANAGE_PAYOUT_ACCOUNT, REFUND_ORDERS};
use feira_testkit::TestDb;

use crate::{
    bank_statements::csv,
    legs,
    provider::Stub,
    world::{Paid, World, at, member, seller},
};

const REFUNDS: [&str; 3] = ["sent", "withdrawn", "returned"];
const EVIDENCE: [&str; 2] = ["evidence", "evidence sent"];
const STATEMENT: &str = "statement";

/// What of all that a store's people change the actor is refused to; nothing of it is done otherwise.
async fn refused(world: &World, by: &Actor, refund: RefundId) -> Vec<&'static str> {
    let (payments, dispute) = (&world.payments, DisputeId(testing::random()));
    let evidence = NewEvidence {
        kind: EvidenceKind::Other,
        remove: false,
        text: Some("She has it.".to_owned()),
        file: None,
    };
    let statement = BankStatementRequest {
        dry_run: true,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file: csv(&[("PIX of nothing", 100)]),
    };
    let unsaid = String::new();
    let sent = payments.mark_refund_sent(by, refund, unsaid, None).await;
    let withdrawn = payments.withdraw_refund(by, refund, None).await;
    let returned = payments.return_refund(by, refund, None).await;
    let put = payments.put_evidence(by, dispute, evidence, None).await;
    let passed = payments.send_evidence(by, dispute, None).await;
    let imported = payments.import_store_statement(by, statement, None).await;
    let answers = [
        sent.map(drop),
        withdrawn.map(drop),
        returned.map(drop),
        put.map(drop),
        passed.map(drop),
        imported.map(drop),
    ];
    let names = REFUNDS.into_iter().chain(EVIDENCE).chain([STATEMENT]);
    names
        .zip(answers)
        .filter(|(_, answer)| matches!(answer, Err(PaymentError::Forbidden)))
        .map(|(name, _)| name)
        .collect()
}

#[feira_testkit::test("payments")]
async fn who_only_sees_a_stores_money_moves_none_of_it(db: TestDb) {
    let stub = Stub::start().await;
    let world = World::at(&db, vec![legs::on_delivery("door"), at("sandbox", &stub)]).await;
    let start = world.asked(Method::CashOnDelivery {}, 2_000);
    let payment = world.begin(start.clone()).await.unwrap();
    let of = Paid { payment, start };
    let store = of.store(0);
    legs::settle(&world, &of, 0, true).await.unwrap();
    let pending = world.refund(of.refund(&[(0, 500)])).await.unwrap();
    assert_eq!(pending.status, R::Pending);

    let goes_back = [REFUNDS.as_slice(), &EVIDENCE].concat();
    let all = [goes_back.as_slice(), &[STATEMENT]].concat();
    for (permission, expected) in [
        (SEE_BALANCE, all.clone()),
        (MANAGE_PAYOUT_ACCOUNT, all),
        // As of what she says of a single order.
        (FULFIL_ORDERS, goes_back),
    ] {
        let by = member(store, permission);
        assert_eq!(
            refused(&world, &by, pending.id).await,
            expected,
            "{permission}"
        );
    }
    let waits = async || {
        let (by, parts) = (seller(store), vec![of.start.splits[0].part]);
        let found = world
            .payments
            .part_refunds(&by, parts, Some(R::Pending))
            .await;
        found.unwrap().len()
    };
    assert_eq!(waits().await, 1);

    let by = member(store, REFUND_ORDERS);
    assert_eq!(refused(&world, &by, pending.id).await, [STATEMENT]);
    assert_eq!(waits().await, 0, "it was withdrawn");
}
