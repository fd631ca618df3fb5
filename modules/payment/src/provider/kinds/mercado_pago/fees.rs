//! What Mercado Pago took for a payment, and gave back of that. Fields by its published library.

use feira_kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::wire::money;
use crate::provider::{Failure, http::broken};

/// Who is paid bears it, and not the payer.
const OURS: &str = "collector";
/// What is taken for the service, and not for the payer's instalments.
const FEE: &str = "fee";

#[derive(Deserialize)]
pub(super) struct FeeDetail {
    amount: Option<Box<RawValue>>,
    fee_payer: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ChargeDetail {
    #[serde(rename = "type")]
    kind: Option<String>,
    amounts: Option<Amounts>,
}

#[derive(Deserialize)]
struct Amounts {
    refunded: Option<Box<RawValue>>,
}

/// Nothing where it says nothing.
pub(super) fn taken(all: &[FeeDetail], currency: Currency) -> Result<Option<Money>, Failure> {
    let ours = all
        .iter()
        .filter(|one| one.fee_payer.as_deref() == Some(OURS));
    sum(ours.filter_map(|one| one.amount.as_deref()), currency)
}

/// By all refunds so far.
pub(super) fn given_back(
    all: &[ChargeDetail],
    currency: Currency,
) -> Result<Option<Money>, Failure> {
    let fees = all.iter().filter(|one| one.kind.as_deref() == Some(FEE));
    let back = fees.filter_map(|one| one.amounts.as_ref()?.refunded.as_deref());
    sum(back, currency)
}

fn sum<'a>(
    amounts: impl Iterator<Item = &'a RawValue>,
    currency: Currency,
) -> Result<Option<Money>, Failure> {
    let mut sum = None;
    for amount in amounts {
        let amount = money(amount, currency)?;
        let before = sum.unwrap_or(Money::zero(currency));
        let now = before.checked_add(amount);
        sum = Some(now.map_err(|e| broken(&e.to_string()))?);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    #[test]
    fn what_the_payer_bears_is_not_taken_from_us() {
        let told = |text: &str| {
            let all: Vec<FeeDetail> = serde_json::from_str(text).unwrap();
            taken(&all, Currency::BRL)
        };
        let some = r#"[{"type": "mercadopago_fee", "amount": 0.99, "fee_payer": "collector"},
            {"type": "financing_fee", "amount": 3, "fee_payer": "payer"},
            {"type": "coupon_fee", "amount": 0.1, "fee_payer": "collector"}]"#;
        assert_eq!(told(some), Ok(Some(brl(109))));
        assert_eq!(told("[]"), Ok(None));
        let strange = told(r#"[{"amount": 0.999, "fee_payer": "collector"}]"#);
        assert!(matches!(strange, Err(Failure::Unknown(_))), "{strange:?}");
    }

    #[test]
    fn what_was_given_back_is_of_the_fees_alone() {
        let told = |text: &str| {
            let all: Vec<ChargeDetail> = serde_json::from_str(text).unwrap();
            given_back(&all, Currency::BRL)
        };
        let some = r#"[{"type": "fee", "amounts": {"original": 0.99, "refunded": 0.4}},
            {"type": "financing", "amounts": {"original": 3, "refunded": 3}}]"#;
        assert_eq!(told(some), Ok(Some(brl(40))));
        let none = r#"[{"type": "fee", "amounts": {"original": 0.99, "refunded": 0}}]"#;
        assert_eq!(told(none), Ok(Some(brl(0))));
        assert_eq!(told("[]"), Ok(None));
    }
}
