//! What Mercado Pago takes, and its report: the books say the same.

use std::fmt::Write;

use feira_payment::{Account, FeeBearer, ReportFormat};
use feira_testkit::TestDb;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use super::{
    at,
    book::{MercadoPago, decimal, number, numbers},
    disputing::disputed,
    stub,
};
use crate::{
    reconciling::{agrees, booked},
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

/// As it is downloaded there.
fn report(book: &MercadoPago) -> String {
    let mut file =
        "EXTERNAL_REFERENCE;SOURCE_ID;TRANSACTION_TYPE;TRANSACTION_AMOUNT;TRANSACTION_CURRENCY;\
                    TRANSACTION_DATE;FEE_AMOUNT\n"
            .to_owned();
    for (id, at) in &book.captured {
        let payment = book.payments.iter().find(|one| numbers(&one["id"], id));
        let payment = payment.unwrap();
        let named = payment["external_reference"].as_str().unwrap();
        let at = at.format(&Rfc3339).unwrap();
        let (amount, fee) = (decimal(&payment["transaction_amount"]), fee(payment));
        writeln!(file, "{named};{id};SETTLEMENT;{amount};BRL;{at};-{fee}").unwrap();
        for (_, amount, fee, at) in book.back.iter().filter(|(of, ..)| of == id) {
            let at = at.format(&Rfc3339).unwrap();
            writeln!(file, "{named};{id};REFUND;-{amount};BRL;{at};{fee}").unwrap();
        }
        for one in &book.chargebacks {
            if numbers(&one["payment_id"], id) {
                let amount = decimal(&one["amount"]);
                writeln!(file, "{named};{id};CHARGEBACK;-{amount};BRL;{at};0").unwrap();
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
    let file = stub.book(|book| report(book));
    agrees(&world, "mp", ReportFormat::MercadoPago, &file, 7).await;
    let taken = stub.book(|book| -> Decimal {
        let back: Decimal = book.back.iter().map(|(_, _, fee, _)| *fee).sum();
        book.payments.iter().map(fee).sum::<Decimal>() - back
    });
    let clearing = booked(&world, Account::ProviderClearing).await;
    assert_eq!(Decimal::new(clearing, 2), Decimal::new(1000, 2) - taken);
    assert_eq!(booked(&world, Account::ProviderFees).await, 0);
}
