//! What Stripe took for charges, refunds and disputes, and its balance report: the books say the same.

use std::fmt::Write;

use feira_payment::{Account, ReportFormat};
use feira_testkit::TestDb;
use time::{Duration, format_description::well_known::Rfc3339};

use super::{id, tell, world};
use crate::{
    reconciling::{agrees, booked},
    stripe_stub::Stub,
    world::World,
};

const HEAD: &str = "balance_transaction_id,created,reporting_category,gross,fee,net,currency,source_id,payment_intent_id\n";

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
    let at = world.env.now().format(&Rfc3339).unwrap();
    let mut file = HEAD.to_owned();
    let mut line = |kind: &str, gross: i64, fee: i64, source: &str, intent: &str| {
        let reais = |cents| rust_decimal::Decimal::new(cents, 2);
        let (gross, fee, net) = (reais(gross), reais(fee), reais(gross - fee));
        writeln!(
            file,
            "txn,{at},{kind},{gross},{fee},{net},brl,{source},{intent}"
        )
        .unwrap();
    };
    for (index, cents) in [7000, 2000, 1000].into_iter().enumerate() {
        let paid = world.captured(&[cents]).await;
        let intent = id(&stub, index);
        line("charge", cents, 118, "ch_1", &intent);
        let dispute = format!("du_{intent}");
        match cents {
            7000 => {
                for (number, part) in [(1, 500), (2, 600)] {
                    world.refund(paid.refund(&[(0, part)])).await.unwrap();
                    line("refund", -part, 25, &format!("re_{number}"), &intent);
                }
            }
            2000 => {
                decide(&world, &stub, &intent, "won").await;
                line("dispute", -cents, 1500, &dispute, &intent);
                line("dispute_reversal", cents, -1500, &dispute, &intent);
            }
            _ => {
                decide(&world, &stub, &intent, "lost").await;
                line("dispute", -cents, 1500, &dispute, &intent);
            }
        }
    }
    world.after(Duration::minutes(20)).await;
    agrees(&world, "cards", ReportFormat::Stripe, &file, 8).await;
    let fees = 3 * 118 + 2 * 25 + 1500;
    assert_eq!(booked(&world, Account::ProviderFees).await, fees);
}
