use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::PaymentId;

feira_kernel::text_enum! {
    /// Whether a provider paid a part to the store's own account there.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum SplitThere {
        /// It was asked for with the charge; booked once that is paid.
        Asked = "asked",
        Paid = "paid",
        /// It was not: the store is paid by payouts.
        Denied = "denied",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_splits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payment_id: PaymentId,
    pub position: i32,
    pub store_id: StoreId,
    pub part: Uuid,
    pub amount: Decimal,
    pub commission: Decimal,
    pub earning: Decimal,
    pub refunded: Decimal,
    pub refunding: Decimal,
    pub commission_reversed: Decimal,
    pub commission_kept: Decimal,
    pub promoted: Decimal,
    pub fee: Decimal,
    pub settled: Decimal,
    pub disputed: Decimal,
    pub disputed_commission: Decimal,
    pub released_at: Option<Time>,
    /// The store's account at the provider to which this is split, and whether it was.
    pub account: Option<String>,
    pub there: Option<SplitThere>,
    pub account_refunds: bool,
    pub told_there: Option<bool>,
    pub look_at: Option<Time>,
    pub release_asked_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
