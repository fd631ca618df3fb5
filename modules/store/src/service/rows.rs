//! Rows of the schema as they come from SQL, and what the rest of the module makes of them.

use feira_kernel::{Currency, Money, StoreId, Time, UserId};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::defect;
use crate::api::{
    Address, CommissionRule, CommissionRuleId, CommissionValue, ShippingMethod, ShippingMethodId,
    ShippingPrice, Store, StoreError, StoreStatus,
};

/// The columns of [`StoreRow`]; to be followed by a WHERE.
pub(super) const SELECT_STORE: &str = "SELECT s.id, s.owner_id, s.name, s.slug, s.description, \
     s.status, s.status_reason, o.business_name, o.tax_id, o.phone AS owner_phone, a.recipient, \
     a.street, a.number, a.complement, a.district, a.city, a.state, a.postal_code, a.country, \
     a.phone, s.currency, s.time_zone, s.version, s.created_at \
     FROM stores s JOIN store_owners o ON o.user_id = s.owner_id \
     JOIN store_addresses a ON a.store_id = s.id ";

#[derive(FromQueryResult)]
pub(super) struct StoreRow {
    id: Uuid,
    owner_id: Uuid,
    name: String,
    slug: String,
    description: String,
    status: String,
    status_reason: Option<String>,
    business_name: String,
    tax_id: String,
    owner_phone: String,
    recipient: Option<String>,
    street: String,
    number: Option<String>,
    complement: Option<String>,
    district: Option<String>,
    city: String,
    state: Option<String>,
    postal_code: String,
    country: String,
    phone: Option<String>,
    currency: String,
    time_zone: String,
    version: i64,
    created_at: Time,
}

impl TryFrom<StoreRow> for Store {
    type Error = StoreError;

    fn try_from(row: StoreRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: StoreId(row.id),
            owner: UserId(row.owner_id),
            name: row.name,
            slug: row.slug,
            description: row.description,
            status: status(&row.status)?,
            status_reason: row.status_reason,
            business_name: row.business_name,
            tax_id: row.tax_id,
            phone: row.owner_phone,
            address: Address {
                recipient: row.recipient,
                street: row.street,
                number: row.number,
                complement: row.complement,
                district: row.district,
                city: row.city,
                state: row.state,
                postal_code: row.postal_code,
                country: row.country,
                phone: row.phone,
            },
            currency: currency(&row.currency)?,
            time_zone: row.time_zone,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

#[derive(FromQueryResult)]
pub(super) struct MethodRow {
    pub(super) id: Uuid,
    pub(super) store_id: Uuid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) price: Option<Decimal>,
    pub(super) threshold: Option<Decimal>,
    pub(super) currency: Option<String>,
    pub(super) transit_days: i32,
    pub(super) active: bool,
}

impl TryFrom<MethodRow> for ShippingMethod {
    type Error = StoreError;

    fn try_from(row: MethodRow) -> Result<Self, StoreError> {
        let money = |amount: Option<Decimal>| money(amount, row.currency.as_deref());
        let price = match row.kind.as_str() {
            "flat" => ShippingPrice::Flat {
                price: money(row.price)?,
            },
            "free_above" => ShippingPrice::FreeAbove {
                price: money(row.price)?,
                threshold: money(row.threshold)?,
            },
            "pickup" => ShippingPrice::Pickup {},
            other => return Err(defect(format!("a shipping method of kind {other:?}"))),
        };
        Ok(Self {
            id: ShippingMethodId(row.id),
            store: StoreId(row.store_id),
            name: row.name,
            price,
            transit_days: u16::try_from(row.transit_days).map_err(defect)?,
            active: row.active,
        })
    }
}

#[derive(FromQueryResult)]
pub(super) struct RuleRow {
    id: Uuid,
    position: i64,
    store_id: Option<Uuid>,
    category_id: Option<Uuid>,
    percent: Option<Decimal>,
    amount: Option<Decimal>,
    currency: Option<String>,
}

impl RuleRow {
    /// A row without a value of its own is the default, which follows the configuration.
    pub(super) fn rule(self, default_percent: Decimal) -> Result<CommissionRule, StoreError> {
        let value = match self.amount {
            Some(amount) => CommissionValue::PerUnit {
                amount: money(Some(amount), self.currency.as_deref())?,
            },
            None => CommissionValue::Percentage {
                percent: self.percent.unwrap_or(default_percent).normalize(),
            },
        };
        Ok(CommissionRule {
            id: CommissionRuleId(self.id),
            position: self.position,
            store: self.store_id.map(StoreId),
            category: self.category_id,
            value,
        })
    }
}

pub(super) fn status(name: &str) -> Result<StoreStatus, StoreError> {
    StoreStatus::parse(name).ok_or_else(|| defect(format!("a store with status {name:?}")))
}

pub(super) fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(defect)
}

fn money(amount: Option<Decimal>, code: Option<&str>) -> Result<Money, StoreError> {
    let (Some(amount), Some(code)) = (amount, code) else {
        return Err(defect("an amount without its number or its currency"));
    };
    Money::new(amount, currency(code)?).map_err(defect)
}
