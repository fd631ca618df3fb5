//! What Mercado Pago gave back of what it took for a payment. Fields by its published library.

use feira_kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::amounts::money;
use crate::provider::{Failure, http::broken};

/// What is taken for the service, and not for the payer's instalments.
const FEE: &str = "fee";

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
