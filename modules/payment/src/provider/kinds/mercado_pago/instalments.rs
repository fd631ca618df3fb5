//! Instalments at Mercado Pago: what it tells of interest. A payment is over the price; what the payer pays in all
//! is told beside it, and interest that the account bears is one of the fees that the collector pays. Both are
//! read as the types of its SDKs say them (`TransactionDetails`, `FeeDetails`, `PayerCost`).

use feira_kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::amounts::money;
use crate::{
    InstalmentPlan,
    provider::{Failure, Fee, http::broken},
};

/// Who pays the fees that are the account's.
const COLLECTOR: &str = "collector";
/// Of interest.
const FINANCING: &str = "financing_fee";

#[derive(Deserialize)]
pub(super) struct Details {
    pub(super) total_paid_amount: Option<Box<RawValue>>,
    /// "Unique transaction identifier within the processor", by its SDK.
    pub(super) transaction_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct FeeDetail {
    #[serde(rename = "type")]
    kind: Option<String>,
    amount: Option<Box<RawValue>>,
    fee_payer: Option<String>,
}

/// Those of the collector, and the interest among them.
pub(super) fn fees(told: &[FeeDetail], currency: Currency) -> Result<Fee, Failure> {
    let (mut amount, mut financing) = (Money::zero(currency), Money::zero(currency));
    let plus = |sum: Money, more| sum.checked_add(more).map_err(|e| broken(&e.to_string()));
    let of_account = |fee: &&FeeDetail| fee.fee_payer.as_deref() == Some(COLLECTOR);
    for fee in told.iter().filter(of_account) {
        let taken = fee
            .amount
            .as_ref()
            .ok_or_else(|| broken("a fee of nothing"))?;
        let taken = money(taken, currency)?;
        amount = plus(amount, taken)?;
        if fee.kind.as_deref() == Some(FINANCING) {
            financing = plus(financing, taken)?;
        }
    }
    Ok(Fee {
        amount,
        financing: Some(financing),
    })
}

/// Plans of one way to pay.
#[derive(Deserialize)]
pub(super) struct Told {
    payer_costs: Vec<PayerCost>,
}

#[derive(Deserialize)]
struct PayerCost {
    installments: u8,
    total_amount: Box<RawValue>,
}

/// Of several ways the first that has any; each has its own interest.
pub(super) fn read(told: &[Told], price: Money) -> Result<Vec<InstalmentPlan>, Failure> {
    let costs = told.iter().find(|way| !way.payer_costs.is_empty());
    let costs = costs.map_or(&[][..], |way| &way.payer_costs).iter();
    let plans = costs.filter(|cost| cost.installments > 0).map(|cost| {
        let total = money(&cost.total_amount, price.currency())?;
        Ok(InstalmentPlan::of(cost.installments, total, price))
    });
    plans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    #[test]
    fn fees_of_the_payer_are_none_of_ours_and_interest_is_told_apart() {
        let told = |text: &str| {
            let told: Vec<FeeDetail> = serde_json::from_str(text).unwrap();
            fees(&told, Currency::BRL)
        };
        let ours = r#"[{"type":"mercadopago_fee","amount":4.98,"fee_payer":"collector"},
            {"type":"financing_fee","amount":10.02,"fee_payer":"collector"},
            {"type":"financing_fee","amount":7,"fee_payer":"payer"},{"type":"coupon_fee","amount":1}]"#;
        let fee = Fee {
            amount: brl(1500),
            financing: Some(brl(1002)),
        };
        assert_eq!(told(ours), Ok(fee));
        let payers = r#"[{"type":"financing_fee","amount":7,"fee_payer":"payer"}]"#;
        assert_eq!(told(payers).unwrap().amount, brl(0));
        for broken in [
            r#"[{"type":"mercadopago_fee","fee_payer":"collector"}]"#,
            r#"[{"amount":0.001,"fee_payer":"collector"}]"#,
        ] {
            assert!(told(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_plan_is_read_to_the_cent() {
        let told = r#"[{"payer_costs":[]},{"payer_costs":[
            {"installments":1,"total_amount":100,"installment_amount":100,"installment_rate":0},
            {"installments":3,"total_amount":106.14,"installment_amount":35.38,"installment_rate":6.14}]},
            {"payer_costs":[{"installments":2,"total_amount":1}]}]"#;
        let told: Vec<Told> = serde_json::from_str(told).unwrap();
        let plans = read(&told, brl(10_000)).unwrap();
        let seen: Vec<_> = plans.iter().map(|plan| (plan.count, plan.total)).collect();
        assert_eq!(seen, [(1, Some(brl(10_000))), (3, Some(brl(10_614)))]);
        assert!(plans[0].interest_free && !plans[1].interest_free);
        assert_eq!(plans[1].amount, Some(brl(3_538)));
        assert_eq!(read(&[], brl(1)), Ok(Vec::new()));
    }
}
