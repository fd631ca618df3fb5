use feira_catalog::ReservationKey;
use feira_kernel::Time;
use feira_payment::PaymentId;
use sea_orm::entity::prelude::*;

use crate::{
    api::{CheckoutId, OrderId},
    status::CheckoutState,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "checkouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckoutId,
    pub fingerprint: String,
    pub order_id: OrderId,
    pub state: CheckoutState,
    pub attempt: i32,
    pub method: Option<Json>,
    pub reservation: ReservationKey,
    pub payment_id: Option<PaymentId>,
    pub due_at: Option<Time>,
    pub tries: i32,
    pub returned: Option<Json>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
