//! What PayPal takes, and its activity download: the books say the same.

use std::fmt::Write;

use feira_kernel::Time;
use feira_payment::{Account, FeeBearer, ReportFormat};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::{Duration, macros::format_description};

use super::{
    at,
    book::{Paypal, value},
    disputing::{dispute, ended},
    paid, stub,
};
use crate::{
    reconciling::{agrees, booked},
    world::World,
};

fn amount(like: &Value, value: Decimal) -> Value {
    json!({"currency_code": like["currency_code"], "value": value.to_string()})
}

fn fee(of: &Value) -> Decimal {
    (value(of) * Decimal::new(59, 3)).round_dp(2)
}

pub(super) fn receivable(of: &Value) -> Value {
    let net = amount(of, value(of) - fee(of));
    json!({"gross_amount": of, "paypal_fee": amount(of, fee(of)), "net_amount": net})
}

/// Half of the fee comes back with what goes back.
fn back(of: &Value) -> Decimal {
    (fee(of) / Decimal::TWO).round_dp(2)
}

pub(super) fn payable(of: &Value) -> Value {
    let net = amount(of, value(of) - back(of));
    json!({"gross_amount": of, "paypal_fee": amount(of, back(of)), "net_amount": net})
}

/// As it is downloaded there.
fn report(book: &Paypal) -> String {
    let mut file =
        "Date,Time,Type,Currency,Gross,Fee,Transaction ID,Reference Txn ID,Custom Number\n"
            .to_owned();
    let mut line = |at: Time, kind: &str, of: (&Value, Decimal, Decimal), ids: [&Value; 3]| {
        let format = format_description!("[day]/[month]/[year],[hour]:[minute]:[second]");
        let (at, (like, gross, fee)) = (at.format(&format).unwrap(), of);
        let [id, reference, custom] = ids.map(|id| id.as_str().unwrap_or_default());
        let currency = like["currency_code"].as_str().unwrap();
        writeln!(
            file,
            "{at},{kind},{currency},{gross},{fee},{id},{reference},{custom}"
        )
        .unwrap();
    };
    for order in &book.orders {
        let payments = &order["purchase_units"][0]["payments"];
        let taken = &payments["captures"][0];
        let (of, at) = (&taken["amount"], book.taken[taken["id"].as_str().unwrap()]);
        let told = (of, value(of), -fee(of));
        let (id, custom) = (&taken["id"], &taken["custom_id"]);
        line(
            at,
            "Express Checkout Payment",
            told,
            [id, &Value::Null, custom],
        );
        for refund in payments["refunds"].as_array().into_iter().flatten() {
            let (of, at) = (&refund["amount"], book.back[refund["id"].as_str().unwrap()]);
            let told = (of, -value(of), back(of));
            line(
                at,
                "Payment Refund",
                told,
                [&refund["id"], id, &refund["custom_id"]],
            );
        }
        for one in &book.disputes {
            if one["transactions"][0]["seller_transaction_id"] == *id {
                let told = (of, -value(of), Decimal::ZERO);
                line(at, "Chargeback", told, [&one["dispute_id"], id, custom]);
            }
        }
    }
    file
}

#[feira_testkit::test("payments")]
async fn its_report_and_the_books_agree_to_the_cent(db: TestDb) {
    let stub = stub(db.clock().clock()).await;
    let provider = at(&stub, |_| {});
    let world = World::with(&db, |settings| {
        settings.providers = vec![provider];
        settings.provider_fee_borne_by = FeeBearer::Store;
    })
    .await;
    stub.book(|book| book.takes_fees = true);
    let whole = paid(&world, &stub, 2000).await;
    let parts = paid(&world, &stub, 1000).await;
    let lost = paid(&world, &stub, 500).await;
    world.after(Duration::minutes(20)).await;
    assert_eq!(world.balance(whole.store(0)).await[0], 1800 - 118);
    for refund in [
        parts.refund(&[(0, 333)]),
        parts.refund(&[(0, 100)]),
        whole.refund(&[(0, 2000)]),
    ] {
        world.refund(refund).await.unwrap();
    }
    // Half of its fee is kept there, and the store bears that.
    assert_eq!(world.balance(whole.store(0)).await[1], -59);
    dispute(&world, &stub, &lost.payment).await;
    ended(&world, &stub, &lost.payment, "RESOLVED_BUYER_FAVOUR").await;
    let file = stub.book(|book| report(book));
    agrees(&world, "paypal", ReportFormat::Paypal, &file, 7).await;
    assert_eq!(booked(&world, Account::ProviderFees).await, 0);
}
