use feira_kernel::{Money, Total};
use serde::Serialize;
use utoipa::ToSchema;

/// A decimal string at exactly the currency's exponent, and an ISO 4217 code.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MoneyView {
    #[schema(example = "19.90")]
    amount: String,
    #[schema(example = "BRL")]
    currency: &'static str,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Total::from(money).into()
    }
}

impl From<Total> for MoneyView {
    fn from(total: Total) -> Self {
        Self {
            amount: total.amount().to_string(),
            currency: total.currency().code(),
        }
    }
}
