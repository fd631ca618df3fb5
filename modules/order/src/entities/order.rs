use feira_cart::CartId;
use feira_kernel::{Time, UserId};
use sea_orm::entity::prelude::*;

use crate::api::{OrderId, OrderStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    pub number: String,
    pub user_id: Option<UserId>,
    pub guest_token_hash: Option<String>,
    pub email: String,
    pub locale: String,
    pub cart_id: CartId,
    pub cart_token_hash: Option<String>,
    pub cart_held: bool,
    pub status: OrderStatus,
    pub currency: String,
    pub subtotal: Decimal,
    pub discount: Decimal,
    pub shipping: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub shipping_address: Json,
    pub billing_address: Json,
    pub placed_at: Time,
    pub expires_at: Time,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
