//! The lock under which a store's money is counted.

use feira_kernel::{StoreId, db, values};

use crate::PaymentError;

/// Whoever claims open items, or decides by their sum, comes one after the other.
pub(super) async fn lock_money(
    tx: &db::Tx,
    store: StoreId,
    currency: &str,
) -> Result<(), PaymentError> {
    let lock = include_str!("../sql/lock_store_money.sql");
    let name = format!("feira money {store} {currency}");
    db::scalar::<i64>(&**tx, lock, values![name]).await?;
    Ok(())
}
