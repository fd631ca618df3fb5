//! What Stripe took for a charge: known when its money is booked to the account's balance.

use serde::Deserialize;
use serde_json::Value;

use super::amounts;
use crate::provider::{Failure, Fee, RefundFee, http::broken};

/// What is asked for of an intent beside itself.
pub(super) const SETTLED: &str = "latest_charge.balance_transaction";

#[derive(Deserialize)]
pub(super) struct Settled {
    latest_charge: Option<Charge>,
}

#[derive(Deserialize)]
struct Charge {
    /// Nothing until it is known.
    balance_transaction: Option<BalanceTransaction>,
}

#[derive(Deserialize)]
struct BalanceTransaction {
    /// In the currency of the account's balance, which need not be that of the charge.
    fee: i64,
    currency: String,
}

/// Of a refund: only its id, where more was not asked for.
#[derive(Deserialize)]
pub(super) struct Booked(Value);

/// What is asked for of a refund beside itself, and of each of a list.
pub(super) const BOOKED: &str = "balance_transaction";
pub(super) const BOOKED_OF_EACH: &str = "data.balance_transaction";

impl Booked {
    pub(super) fn fee(self) -> Result<Option<RefundFee>, Failure> {
        if self.0.is_string() {
            return Ok(None);
        }
        let booked = serde_json::from_value::<BalanceTransaction>(self.0);
        let booked = booked.map_err(|e| broken(&e.to_string()))?;
        let fee = amounts::read(booked.fee, &booked.currency)?;
        Ok(Some(RefundFee::Of(fee)))
    }
}

impl Settled {
    pub(super) fn fee(self) -> Result<Option<Fee>, Failure> {
        let charge = self.latest_charge;
        let Some(balance) = charge.and_then(|charge| charge.balance_transaction) else {
            return Ok(None);
        };
        // Interest of instalments is not told apart in it.
        let fee = amounts::read(balance.fee, &balance.currency)?;
        Ok(Some(fee.into()))
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, Money};
    use serde_json::json;

    use super::*;

    fn fee(intent: Value) -> Result<Option<Fee>, Failure> {
        serde_json::from_value::<Settled>(intent).unwrap().fee()
    }

    #[test]
    fn a_fee_is_told_once_the_money_is_booked() {
        let balance = |fee: Value| json!({"id": "pi_1", "latest_charge": {"id": "ch_1", "balance_transaction": fee}});
        let known = balance(json!({"id": "txn_1", "fee": 118, "currency": "brl", "net": 1872}));
        let told = Money::from_minor(118, Currency::BRL).unwrap();
        assert_eq!(fee(known), Ok(Some(told.into())));
        assert_eq!(fee(balance(Value::Null)), Ok(None));
        assert_eq!(fee(json!({"id": "pi_1", "latest_charge": null})), Ok(None));
        let strange = balance(json!({"fee": 1, "currency": "xxx"}));
        assert!(fee(strange).is_err());
    }

    #[test]
    fn of_a_refund_it_is_told_where_more_than_its_id_is() {
        let booked = |told: Value| serde_json::from_value::<Booked>(told).unwrap().fee();
        assert_eq!(booked(json!("txn_1")), Ok(None));
        let told = Money::from_minor(25, Currency::BRL).unwrap();
        let known = booked(json!({"id": "txn_1", "fee": 25, "currency": "brl"}));
        assert_eq!(known, Ok(Some(RefundFee::Of(told))));
        assert!(booked(json!({"fee": "x"})).is_err());
    }
}
