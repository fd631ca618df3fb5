//! The commission of a line: the first rule of an ordered list that matches it.

use feira_kernel::{Money, MoneyError, Rate};
use rust_decimal::Decimal;

use crate::api::{CommissionQuote, CommissionRequest, CommissionRule, CommissionValue};

/// The quote by the first rule that matches; `None` if the list has no default at its end.
pub(crate) fn quote(
    rules: &[CommissionRule],
    request: &CommissionRequest,
) -> Result<Option<CommissionQuote>, MoneyError> {
    let Some(rule) = rules.iter().find(|rule| matches(rule, request)) else {
        return Ok(None);
    };
    let (rate, raw) = match &rule.value {
        CommissionValue::Percentage { percent } => {
            let rate = Rate((*percent / Decimal::ONE_HUNDRED).normalize());
            (Some(rate), request.base.share(rate)?)
        }
        CommissionValue::PerUnit { amount } => (None, per_unit(*amount, request)?),
    };
    Ok(Some(CommissionQuote {
        rule: rule.id,
        rate,
        base: request.base,
        commission: within(raw, request.base)?,
    }))
}

/// All conditions of a rule hold; one that a rule does not name always holds.
fn matches(rule: &CommissionRule, request: &CommissionRequest) -> bool {
    let store = rule.store.is_none_or(|store| store == request.store);
    let category = rule
        .category
        .is_none_or(|category| request.category_path.contains(&category));
    let currency = match &rule.value {
        CommissionValue::Percentage { .. } => true,
        CommissionValue::PerUnit { amount } => amount.currency() == request.base.currency(),
    };
    store && category && currency
}

/// An amount that overflows is above every base, so the base is taken.
fn per_unit(amount: Money, request: &CommissionRequest) -> Result<Money, MoneyError> {
    match amount.times(request.quantity) {
        Err(MoneyError::TooLarge) => Ok(request.base),
        other => other,
    }
}

/// A commission takes at most the whole base, and never gives anything.
fn within(raw: Money, base: Money) -> Result<Money, MoneyError> {
    let zero = Money::zero(base.currency());
    if raw.is_negative() || base.is_negative() {
        return Ok(zero);
    }
    Ok(if raw.compare(base)?.is_gt() {
        base
    } else {
        raw
    })
}

#[cfg(test)]
#[path = "commission_tests.rs"]
mod tests;
