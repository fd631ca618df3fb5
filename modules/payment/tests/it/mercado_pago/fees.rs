//! What Mercado Pago takes, and its report: the books say the same.

use feira_kernel::Time;
use feira_payment::{Account, FeeBearer, ReportFormat};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::{
    at,
    book::{MercadoPago, decimal, number, numbers},
    disputing::disputed,
    stub,
};
use crate::{
    reconciling::{agrees, booked},
    report::{Kind, Moved, written},
    world::World,
};

/// Of a payment, to its seller.
fn fee(payment: &Value) -> Decimal {
    (decimal(&payment["transaction_amount"]) * Decimal::new(4_99, 4)).round_dp(2)
}

pub(super) fn with_fees(payment: &mut Value) {
    let fee = number(fee(payment));
    payment["fee_details"] = json!([
        {"type": "mercadopago_fee", "amount": fee, "fee_payer": "collector"},
        {"type": "financing_fee", "amount": 9, "fee_payer": "payer"},
    ]);
    payment["charges_details"] = json!([
        {"type": "fee", "name": "mercadopago_fee", "amounts": {"original": fee, "refunded": 0}},
    ]);
}

/// By the part of the payment that goes back.
pub(super) fn give_fee_back(payment: &mut Value, part: Decimal) -> Decimal {
    if payment["charges_details"].is_null() {
        return Decimal::ZERO;
    }
    let back = (fee(payment) * part).round_dp(2);
    let all = &mut payment["charges_details"][0]["amounts"]["refunded"];
    *all = number(decimal(all) + back);
    back
}

/// What changed the account's balance.
fn moved(book: &MercadoPago) -> Vec<Moved> {
    let mut all = Vec::new();
    for (id, at) in &book.captured {
        let payment = book.payments.iter().find(|one| numbers(&one["id"], id));
        let payment = payment.unwrap();
        let named = payment["external_reference"].as_str().unwrap();
        let mut say = |kind, at: &Time, amount: Decimal, fee: Decimal| {
            all.push(Moved {
                kind,
                at: *at,
                amount,
                fee,
                currency: "BRL".to_owned(),
                id: id.clone(),
                charge: id.clone(),
                ours: named.to_owned(),
            });
        };
        let amount = decimal(&payment["transaction_amount"]);
        say(Kind::Charge, at, amount, fee(payment));
        for (_, amount, fee, at) in book.back.iter().filter(|(of, ..)| of == id) {
            say(Kind::Refund, at, -amount, -fee);
        }
        for one in &book.chargebacks {
            if numbers(&one["payment_id"], id) {
                say(Kind::Dispute, at, -decimal(&one["amount"]), Decimal::ZERO);
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
    let whole = world.captured(&[2000]).await;
    let parts = world.captured(&[1990, 1000]).await;
    let lost = world.captured(&[500]).await;
    world.after(Duration::minutes(20)).await;
    // What is given back of a fee is of the stores that bore it.
    assert_eq!(world.balance(whole.store(0)).await[0], 1700);
    for refund in [
        parts.refund(&[(0, 333)]),
        parts.refund(&[(0, 657), (1, 1000)]),
        whole.refund(&[(0, 2000)]),
    ] {
        world.refund(refund).await.unwrap();
    }
    assert_eq!(world.balance(whole.store(0)).await, [0, 0, 0, 0]);
    disputed(&world, &stub, &lost.payment, "lost").await;
    let moved = stub.book(|book| moved(book));
    let file = written(ReportFormat::MercadoPago, &moved);
    agrees(&world, "mp", ReportFormat::MercadoPago, &file, 7).await;
    let taken = stub.book(|book| -> Decimal {
        let back: Decimal = book.back.iter().map(|(_, _, fee, _)| *fee).sum();
        book.payments.iter().map(fee).sum::<Decimal>() - back
    });
    let clearing = booked(&world, Account::ProviderClearing).await;
    assert_eq!(Decimal::new(clearing, 2), Decimal::new(1000, 2) - taken);
    assert_eq!(booked(&world, Account::ProviderFees).await, 0);
}
