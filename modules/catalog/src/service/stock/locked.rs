//! Locked rows of stock.

use std::collections::BTreeMap;

use feira_kernel::{StoreId, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{CatalogError, ProductId, StockPolicy, VariantId};

/// A locked row of stock; decisions change it in memory before it is written.
#[derive(Clone, FromQueryResult)]
pub(super) struct Locked {
    pub(super) variant_id: VariantId,
    pub(super) product_id: ProductId,
    pub(super) store_id: StoreId,
    pub(super) on_hand: i32,
    pub(super) reserved: i32,
    pub(super) stock_policy: StockPolicy,
    pub(super) version: i64,
    pub(super) low_told: bool,
}

/// Whether what is not counted is locked too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Uncounted {
    Left,
    Locked,
}

/// Locks the stock of these variants in ascending order, against deadlocks.
pub(super) async fn lock(
    tx: &db::Tx,
    variants: Vec<Uuid>,
    uncounted: Uncounted,
) -> Result<BTreeMap<VariantId, Locked>, CatalogError> {
    let also = uncounted == Uncounted::Locked;
    let sql = include_str!("../../sql/lock_stock.sql");
    let rows: Vec<Locked> = db::rows(&**tx, sql, values![variants, also]).await?;
    Ok(rows.into_iter().map(|row| (row.variant_id, row)).collect())
}

impl Locked {
    pub(super) fn available(&self) -> i64 {
        i64::from(self.on_hand) - i64::from(self.reserved)
    }
}
