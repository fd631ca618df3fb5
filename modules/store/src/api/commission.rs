use feira_kernel::{Money, Rate, StoreId, Time, Versions, id};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id! {
    /// One line of the ordered list of commission rules.
    CommissionRuleId,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommissionRequest {
    pub store: StoreId,
    /// From the root down; empty without a category.
    pub category_path: Vec<Uuid>,
    /// Line total after a discount that the store bears, without shipping and tax.
    pub base: Money,
    pub quantity: u32,
}

/// A frozen answer: which rule, at what rate, how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionQuote {
    pub rule: CommissionRuleId,
    pub rate: Option<Rate>,
    pub base: Money,
    pub commission: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommissionValue {
    /// A percentage of the base: 12.5 means 12.5 %.
    Percentage {
        #[serde(with = "rust_decimal::serde::str")]
        percent: Decimal,
    },
    /// An amount per unit, in one currency.
    PerUnit { amount: Money },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionRule {
    pub id: CommissionRuleId,
    /// Lower comes first.
    pub position: i64,
    pub store: Option<StoreId>,
    /// Matches the category and all below it.
    pub category: Option<Uuid>,
    pub value: CommissionValue,
    /// When it stops matching.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub ends_at: Option<Time>,
    #[serde(default)]
    pub version: i64,
}

impl CommissionRule {
    /// Whether it is the default, the last rule, which matches every line.
    pub fn is_default(&self) -> bool {
        self.position == i64::MAX
    }
}

/// A merge patch: what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CommissionRuleChange {
    pub expected_version: Option<Versions>,
    pub value: Option<CommissionValue>,
    pub end: Option<RuleEnd>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleEnd {
    Never {},
    At {
        #[serde(with = "time::serde::rfc3339")]
        at: Time,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCommissionRule {
    pub store: Option<StoreId>,
    pub category: Option<Uuid>,
    pub value: CommissionValue,
}
