//! What PayPal takes, and its activity download: the books say the same.

use feira_kernel::Time;
use feira_payment::{Account, FeeBearer, ReportFormat};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::{
    at,
    book::{Paypal, value},
    disputing::{dispute, ended},
    paid, stub,
};
use crate::{
    reconciling::{agrees, booked},
    report::{Kind, Moved, written},
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

/// What changed the account's balance.
fn moved(book: &Paypal) -> Vec<Moved> {
    let mut all = Vec::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for order in &book.orders {
        let payments = &order["purchase_units"][0]["payments"];
        let taken = &payments["captures"][0];
        let (of, at) = (&taken["amount"], book.taken[taken["id"].as_str().unwrap()]);
        let mut say = |kind, at: Time, amount: Decimal, fee: Decimal, [id, ours]: [&Value; 2]| {
            all.push(Moved {
                kind,
                at,
                amount,
                fee,
                currency: text(&of["currency_code"]),
                id: text(id),
                charge: text(&taken["id"]),
                ours: text(ours),
            });
        };
        let (id, ours) = (&taken["id"], &taken["custom_id"]);
        say(Kind::Charge, at, value(of), fee(of), [id, ours]);
        for refund in payments["refunds"].as_array().into_iter().flatten() {
            let (of, id) = (&refund["amount"], &refund["id"]);
            let at = book.back[id.as_str().unwrap()];
            let named = [id, &refund["custom_id"]];
            say(Kind::Refund, at, -value(of), -back(of), named);
        }
        for one in &book.disputes {
            if one["transactions"][0]["seller_transaction_id"] == *id {
                let named = [&one["dispute_id"], ours];
                say(Kind::Dispute, at, -value(of), Decimal::ZERO, named);
            }
        }
    }
    all
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
    let moved = stub.book(|book| moved(book));
    let file = written(ReportFormat::Paypal, &moved);
    agrees(&world, "paypal", ReportFormat::Paypal, &file, 7).await;
    assert_eq!(booked(&world, Account::ProviderFees).await, 0);
}
