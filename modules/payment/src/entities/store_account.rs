use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::StoreAccountState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_id: StoreId,
    pub provider: String,
    pub account: Option<String>,
    pub submitted: bool,
    pub takes_transfers: bool,
    pub pays_out: bool,
    pub missing: Json,
    pub disabled_reason: Option<String>,
    pub looked_at: Option<Time>,
    pub next_look_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

impl Model {
    pub(crate) fn is_ready(&self) -> bool {
        self.account.is_some() && self.takes_transfers && self.pays_out
    }

    /// Of an account that is there.
    pub(crate) fn state(&self) -> StoreAccountState {
        let asks = self.missing.as_array().is_some_and(|all| !all.is_empty());
        if self.is_ready() {
            StoreAccountState::Ready
        } else if !self.submitted {
            StoreAccountState::Incomplete
        } else if asks || self.disabled_reason.is_some() {
            StoreAccountState::Restricted
        } else {
            StoreAccountState::Checking
        }
    }
}
