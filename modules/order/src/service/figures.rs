//! Numbers for a seller's first page.

use feira_kernel::{Actor, ModuleError, values};
use feira_store::StoreKey;

use super::Service;
use crate::{
    OrderError, SellerFigures,
    access::{self, SELF},
};

impl Service {
    pub(crate) async fn seller_figures(&self, actor: &Actor) -> Result<SellerFigures, OrderError> {
        let id = access::seller(actor)?;
        let store = self.deps.stores.store(&SELF, StoreKey::Id(id)).await;
        let store = store.map_err(OrderError::from_neighbour)?;
        let bound = values![id, self.env.now(), store.time_zone, store.currency.code()];
        let sql = include_str!("../sql/seller_figures.sql");
        let figures = self.document(sql, bound).await?;
        figures.ok_or_else(|| OrderError::Internal("no figures".to_owned()))
    }
}
