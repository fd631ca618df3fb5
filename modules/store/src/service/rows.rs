//! Reading rows, and their conversion to the public types.

use std::collections::BTreeMap;

use feira_kernel::{Currency, Money, StoreId, Time, UserId, db, values};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::defect;
use crate::{
    api::{
        Address, CommissionRule, CommissionValue, ShippingMethod, ShippingPrice, Store, StoreError,
        StoreStatus,
    },
    entities::{
        commission_rule,
        shipping_method::{self, ShippingKind},
    },
};

/// A store with its owner and address.
#[derive(FromQueryResult)]
struct StoreRow {
    id: StoreId,
    owner_id: UserId,
    name: String,
    slug: String,
    description: String,
    status: StoreStatus,
    status_reason: Option<String>,
    currency: String,
    time_zone: String,
    version: i64,
    created_at: Time,
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
}

/// The existing stores of these ids, ordered by id.
pub(super) async fn whole(
    db: &impl ConnectionTrait,
    ids: &[StoreId],
) -> Result<Vec<Store>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<StoreRow> =
        db::rows(db, include_str!("../sql/stores.sql"), values![asked]).await?;
    let mut found: BTreeMap<StoreId, StoreRow> =
        rows.into_iter().map(|row| (row.id, row)).collect();
    let rows = ids.iter().filter_map(|id| found.remove(id));
    rows.map(StoreRow::store).collect()
}

/// The store; `NotFound` if there is none.
pub(super) async fn load(tx: &db::Tx, id: StoreId) -> Result<Store, StoreError> {
    let found = whole(&**tx, &[id]).await?;
    found.into_iter().next().ok_or(StoreError::NotFound)
}

impl StoreRow {
    fn store(self) -> Result<Store, StoreError> {
        Ok(Store {
            id: self.id,
            owner: self.owner_id,
            name: self.name,
            slug: self.slug,
            description: self.description,
            status: self.status,
            status_reason: self.status_reason,
            business_name: self.business_name,
            tax_id: self.tax_id,
            phone: self.owner_phone,
            address: Address {
                recipient: self.recipient,
                street: self.street,
                number: self.number,
                complement: self.complement,
                district: self.district,
                city: self.city,
                state: self.state,
                postal_code: self.postal_code,
                country: self.country,
                phone: self.phone,
            },
            currency: currency(&self.currency)?,
            time_zone: self.time_zone,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

impl TryFrom<shipping_method::Model> for ShippingMethod {
    type Error = StoreError;

    fn try_from(row: shipping_method::Model) -> Result<Self, StoreError> {
        let money = |amount: Option<Decimal>| money(amount, row.currency.as_deref());
        let price = match row.kind {
            ShippingKind::Flat => ShippingPrice::Flat {
                price: money(row.price)?,
            },
            ShippingKind::FreeAbove => ShippingPrice::FreeAbove {
                price: money(row.price)?,
                threshold: money(row.threshold)?,
            },
            ShippingKind::Pickup => ShippingPrice::Pickup {},
        };
        Ok(Self {
            id: row.id,
            store: row.store_id,
            name: row.name,
            price,
            transit_days: u16::try_from(row.transit_days).map_err(defect)?,
            active: row.active,
            version: row.version,
        })
    }
}

impl commission_rule::Model {
    /// The default rule without a percentage of its own takes the configured one.
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
            id: self.id,
            position: self.position,
            store: self.store_id,
            category: self.category_id,
            value,
            ends_at: self.ends_at,
            version: self.version,
        })
    }
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
