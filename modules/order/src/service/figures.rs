//! Numbers for the first pages of sellers and operators.

use feira_kernel::{Actor, ModuleError, db, values};
use feira_store::StoreKey;

use super::{Service, unreadable};
use crate::{
    OrderError, Sales, SellerFigures,
    access::{self, SELF},
};

impl Service {
    pub(crate) async fn seller_figures(&self, actor: &Actor) -> Result<SellerFigures, OrderError> {
        let id = access::seller(actor)?;
        let store = self.deps.stores.store(&SELF, StoreKey::Id(id)).await;
        let store = store.map_err(OrderError::from_neighbour)?;
        let asked = self.settings.document_before_payout;
        let (zone, currency) = (store.time_zone, store.currency.code());
        let bound = values![id, self.env.now(), zone, currency, asked];
        let sql = include_str!("../sql/seller_figures.sql");
        let figures = self.document(sql, bound).await?;
        figures.ok_or_else(|| OrderError::Internal("no figures".to_owned()))
    }

    pub(crate) async fn market_sales(
        &self,
        actor: &Actor,
        time_zone: String,
    ) -> Result<Vec<Sales>, OrderError> {
        if !access::is_operator(actor) {
            return Err(OrderError::Forbidden);
        }
        let sql = include_str!("../sql/market_sales.sql");
        let bound = values![self.env.now(), time_zone];
        let sales: Option<serde_json::Value> =
            db::scalar(self.env.pool.search(), sql, bound).await?;
        serde_json::from_value(sales.unwrap_or_default()).map_err(unreadable)
    }
}
