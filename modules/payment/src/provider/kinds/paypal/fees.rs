//! What PayPal took for a payment, and for what went back of it. Fields by its published library.

use feira_kernel::Money;
use serde::Deserialize;

use super::amounts::{self, Amount};
use crate::provider::{Failure, RefundFee, http::broken};

/// What comes to the seller of a capture.
#[derive(Deserialize)]
pub(super) struct Receivable {
    paypal_fee: Option<Amount>,
}

/// What the seller pays for a refund: less than went back, where some of the fee came back with it.
#[derive(Deserialize)]
pub(super) struct Payable {
    gross_amount: Option<Amount>,
    net_amount: Option<Amount>,
}

impl Receivable {
    pub(super) fn fee(&self) -> Result<Option<Money>, Failure> {
        self.paypal_fee.as_ref().map(amounts::read).transpose()
    }
}

impl Payable {
    pub(super) fn fee(&self) -> Result<Option<RefundFee>, Failure> {
        let (Some(gross), Some(net)) = (&self.gross_amount, &self.net_amount) else {
            return Ok(None);
        };
        let fee = amounts::read(net)?.checked_sub(amounts::read(gross)?);
        let fee = fee.map_err(|e| broken(&e.to_string()))?;
        Ok(Some(RefundFee::Of(fee)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn amount(value: &str) -> Value {
        json!({"currency_code": "BRL", "value": value})
    }

    fn payable(told: Value) -> Result<Option<RefundFee>, Failure> {
        serde_json::from_value::<Payable>(told).unwrap().fee()
    }

    #[test]
    fn what_the_seller_pays_more_or_less_is_the_fee() {
        let minor = |net: &str| {
            let told = json!({"gross_amount": amount("10.00"), "net_amount": amount(net)});
            match payable(told).unwrap() {
                Some(RefundFee::Of(fee)) => fee.minor(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            (minor("9.70"), minor("10.00"), minor("10.25")),
            (-30, 0, 25)
        );
        assert_eq!(payable(json!({"gross_amount": amount("10.00")})), Ok(None));
        let usd = json!({"currency_code": "USD", "value": "9"});
        let mixed = payable(json!({"gross_amount": amount("10.00"), "net_amount": usd}));
        assert!(matches!(mixed, Err(Failure::Unknown(_))), "{mixed:?}");
    }

    #[test]
    fn a_charge_costs_what_paypal_says() {
        let told = json!({"gross_amount": amount("10.00"), "paypal_fee": amount("0.59")});
        let told: Receivable = serde_json::from_value(told).unwrap();
        assert_eq!(told.fee().unwrap().map(Money::minor), Some(59));
        let silent: Receivable = serde_json::from_value(json!({})).unwrap();
        assert_eq!(silent.fee(), Ok(None));
    }
}
