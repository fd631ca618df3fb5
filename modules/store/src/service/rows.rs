//! Rows of the schema, and what the rest of the module makes of them.

use std::collections::BTreeMap;

use feira_kernel::{
    Currency, Money, StoreId, UserId,
    db::{self, Find},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::defect;
use crate::{
    api::{
        Address, CommissionRule, CommissionValue, ShippingMethod, ShippingPrice, Store, StoreError,
    },
    entities::{commission_rule, shipping_method, store, store_address, store_owner},
};

/// The stores with their owners and addresses, in the order of the rows: two more statements for
/// all of them.
pub(super) async fn whole(
    db: &impl ConnectionTrait,
    rows: Vec<store::Model>,
) -> Result<Vec<Store>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let by = rows.iter().map(|row| row.owner_id);
    let owners = store_owner::Entity::find()
        .filter(store_owner::Column::UserId.is_in(by))
        .rows(db)
        .await?;
    let owners: BTreeMap<UserId, store_owner::Model> =
        owners.into_iter().map(|row| (row.user_id, row)).collect();
    let of = rows.iter().map(|row| row.id);
    let addresses = store_address::Entity::find()
        .filter(store_address::Column::StoreId.is_in(of))
        .rows(db)
        .await?;
    let mut addresses: BTreeMap<StoreId, store_address::Model> = addresses
        .into_iter()
        .map(|row| (row.store_id, row))
        .collect();
    rows.into_iter()
        .map(|row| {
            let owner = owners.get(&row.owner_id);
            let owner = owner.ok_or_else(|| defect("a store without an owner"))?;
            let address = addresses.remove(&row.id);
            let address = address.ok_or_else(|| defect("a store without an address"))?;
            store_of(row, owner.clone(), address)
        })
        .collect()
}

/// The store that must be there.
pub(super) async fn load(tx: &db::Tx, id: StoreId) -> Result<Store, StoreError> {
    let row = store::Entity::find_by_id(id).row(&**tx).await?;
    let found = whole(&**tx, Vec::from_iter(row)).await?;
    found.into_iter().next().ok_or(StoreError::NotFound)
}

fn store_of(
    row: store::Model,
    owner: store_owner::Model,
    address: store_address::Model,
) -> Result<Store, StoreError> {
    Ok(Store {
        id: row.id,
        owner: row.owner_id,
        name: row.name,
        slug: row.slug,
        description: row.description,
        status: row.status,
        status_reason: row.status_reason,
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
        currency: currency(&row.currency)?,
        time_zone: row.time_zone,
        version: row.version,
        created_at: row.created_at,
    })
}

impl TryFrom<shipping_method::Model> for ShippingMethod {
    type Error = StoreError;

    fn try_from(row: shipping_method::Model) -> Result<Self, StoreError> {
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
            id: row.id,
            store: row.store_id,
            name: row.name,
            price,
            transit_days: u16::try_from(row.transit_days).map_err(defect)?,
            active: row.active,
        })
    }
}

impl commission_rule::Model {
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
            id: self.id,
            position: self.position,
            store: self.store_id,
            category: self.category_id,
            value,
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
