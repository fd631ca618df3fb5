//! Reading rows, and their conversion to the public types.

use std::collections::BTreeMap;

use feira_kernel::{Currency, Money, StoreId, db};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    api::{
        Address, CommissionRule, CommissionValue, ShippingMethod, ShippingPrice, Store, StoreError,
    },
    entities::{
        commission_rule,
        shipping_method::{self, ShippingKind},
        store, store_address, store_owner,
    },
};

/// A store with its owner and address.
type StoreRow = (store::Model, store_owner::Model, store_address::Model);

/// The existing stores of these ids, ordered by id.
pub(super) async fn whole(
    db: &impl ConnectionTrait,
    ids: &[StoreId],
) -> Result<Vec<Store>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::Entity::find()
        .filter(store::Column::Id.eq_any(ids.to_vec()))
        .find_also_related(store_owner::Entity)
        .find_also_related(store_address::Entity)
        .all(db)
        .await
        .map_err(db::Error::from)?;
    let whole = |(store, owner, address): (store::Model, Option<_>, Option<_>)| {
        Some((store.id, (store, owner?, address?)))
    };
    let mut found: BTreeMap<StoreId, StoreRow> = found.into_iter().filter_map(whole).collect();
    let rows = ids.iter().filter_map(|id| found.remove(id));
    rows.map(stored).collect()
}

/// The store; `NotFound` if there is none.
pub(super) async fn load(tx: &db::Tx, id: StoreId) -> Result<Store, StoreError> {
    let found = whole(&**tx, &[id]).await?;
    found.into_iter().next().ok_or(StoreError::NotFound)
}

fn stored((store, owner, address): StoreRow) -> Result<Store, StoreError> {
    Ok(Store {
        id: store.id,
        owner: store.owner_id,
        name: store.name,
        slug: store.slug,
        description: store.description,
        status: store.status,
        status_reason: store.status_reason,
        business_name: owner.business_name,
        tax_id: owner.tax_id,
        phone: owner.phone,
        address: Address {
            recipient: address.recipient,
            street: address.street,
            number: address.number,
            complement: address.complement,
            district: address.district,
            city: address.city,
            state: address.state,
            postal_code: address.postal_code,
            country: address.country,
            phone: address.phone,
        },
        currency: currency(&store.currency)?,
        time_zone: store.time_zone,
        version: store.version,
        created_at: store.created_at,
    })
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
            transit_days: u16::try_from(row.transit_days).map_err(StoreError::defect)?,
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
    code.parse().map_err(StoreError::defect)
}

fn money(amount: Option<Decimal>, code: Option<&str>) -> Result<Money, StoreError> {
    let (Some(amount), Some(code)) = (amount, code) else {
        return Err(StoreError::defect(
            "an amount without its number or its currency",
        ));
    };
    Money::new(amount, currency(code)?).map_err(StoreError::defect)
}
