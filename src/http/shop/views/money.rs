use feira_kernel::Money;
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
        Self {
            amount: money.amount().to_string(),
            currency: money.currency().code(),
        }
    }
}
