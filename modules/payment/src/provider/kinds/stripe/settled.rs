//! What Stripe took for a charge: known when its money is booked to the account's balance.

use serde::Deserialize;

use super::amounts;
use crate::provider::{Failure, Fee};

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
    use serde_json::{Value, json};

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
}
