//! What Stripe took for charges, refunds and disputes, and its balance report: the books say the same.

use feira_kernel::Time;
use feira_payment::{Account, DifferenceKind as D, ReconcileRequest, ReportFormat};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use serde_json::Value;
use time::Duration;

use super::{connected, id, paying::payable, tell, world};
use crate::{
    reconciling::{agrees, booked},
    report::{Kind, Moved, written},
    stripe_stub::Stub,
    transfers::run,
    world::{World, operator},
};

fn moved(kind: Kind, at: Time, (gross, fee): (i64, i64), (source, intent): (&str, &str)) -> Moved {
    Moved {
        kind,
        at,
        amount: Decimal::new(gross, 2),
        fee: Decimal::new(fee, 2),
        currency: "BRL".to_owned(),
        id: source.to_owned(),
        charge: intent.to_owned(),
        ours: String::new(),
    }
}

async fn decide(world: &World, stub: &Stub, intent: &str, end: &str) {
    for (status, kind) in [
        ("needs_response", "charge.dispute.created"),
        (end, "charge.dispute.closed"),
    ] {
        stub.dispute(intent, status, kind);
        tell(world, stub).await;
    }
}

#[feira_testkit::test("payments")]
async fn its_report_and_the_books_agree_to_the_cent(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    stub.takes_fees(118, 25);
    let at = world.env.now();
    let mut all = Vec::new();
    let mut line = |kind: Kind, gross: i64, fee: i64, source: &str, intent: &str| {
        all.push(moved(kind, at, (gross, fee), (source, intent)));
    };
    for (index, cents) in [7000, 2000, 1000].into_iter().enumerate() {
        let paid = world.captured(&[cents]).await;
        let intent = id(&stub, index);
        line(Kind::Charge, cents, 118, "ch_1", &intent);
        let dispute = format!("du_{intent}");
        match cents {
            7000 => {
                for (number, part) in [(1, 500), (2, 600)] {
                    world.refund(paid.refund(&[(0, part)])).await.unwrap();
                    line(Kind::Refund, -part, 25, &format!("re_{number}"), &intent);
                }
            }
            2000 => {
                decide(&world, &stub, &intent, "won").await;
                line(Kind::Dispute, -cents, 1500, &dispute, &intent);
                line(Kind::DisputeWon, cents, -1500, &dispute, &intent);
            }
            _ => {
                decide(&world, &stub, &intent, "lost").await;
                line(Kind::Dispute, -cents, 1500, &dispute, &intent);
            }
        }
    }
    world.after(Duration::minutes(20)).await;
    let file = written(ReportFormat::Stripe, &all);
    agrees(&world, "cards", ReportFormat::Stripe, &file, 8).await;
    let fees = 3 * 118 + 2 * 25 + 1500;
    assert_eq!(booked(&world, Account::ProviderFees).await, fees);
}

/// What went to a store's account there, and what was taken back of it.
fn sent(stub: &Stub, at: Time) -> Vec<Moved> {
    let of = |kind, one: &Value, sign: i64| {
        let (id, cents) = (one["id"].as_str().unwrap(), one["amount"].as_i64().unwrap());
        moved(kind, at, (sign * cents, 0), (id, ""))
    };
    stub.connect(|book| {
        let there = book.transfers.iter().map(|one| of(Kind::Transfer, one, -1));
        let back = book.reversals.iter();
        let back = back.map(|one| of(Kind::TransferBack, one, 1));
        there.chain(back).collect()
    })
}

#[feira_testkit::test("payments")]
async fn transfers_to_stores_and_what_came_back_are_in_its_report(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.connect = Some(connected())).await;
    stub.takes_fees(118, 0);
    let at = world.env.now();
    let (paid, _) = payable(&world, &stub).await;
    let intent = id(&stub, 0);
    run(&world).await;
    world.after(Duration::seconds(20)).await;
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    world.after(Duration::minutes(6)).await;
    world.after(Duration::minutes(20)).await;
    let mut all = vec![
        moved(Kind::Charge, at, (2000, 118), ("ch_1", &intent)),
        moved(Kind::Refund, at, (-500, 0), ("re_1", &intent)),
    ];
    let mut sent = sent(&stub, world.env.now());
    assert_eq!(sent.len(), 2);
    all.extend(sent.clone());
    let file = written(ReportFormat::Stripe, &all);
    agrees(&world, "cards", ReportFormat::Stripe, &file, 4).await;

    // One that is not ours, one over another amount, and one that is missing are named.
    sent[0].amount -= Decimal::ONE;
    sent[1].id = "trr_of_nobody".to_owned();
    let file = written(ReportFormat::Stripe, &[&all[..2], &sent].concat());
    let request = ReconcileRequest {
        provider: "cards".to_owned(),
        format: Some(ReportFormat::Stripe),
        file: file.into_bytes(),
        account: None,
    };
    let found = world
        .payments
        .reconcile(&operator(), request)
        .await
        .unwrap();
    let named: Vec<_> = found
        .differences
        .iter()
        .map(|one| (one.kind, one.line))
        .collect();
    let expected = [
        (D::OtherAmount, Some(4)),
        (D::NotInBooks, Some(5)),
        (D::NotInReport, None),
    ];
    assert_eq!(named, expected, "{:?}", found.differences);
    assert!(found.differences[0].payout.is_some());
}
