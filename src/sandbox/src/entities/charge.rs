use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::status::{ChargeStatus, InterestBearer, Method};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub idempotency_key: String,
    pub method: Method,
    pub amount: i64,
    pub currency: String,
    pub description: String,
    pub status: ChargeStatus,
    pub failure: Option<String>,
    pub refunded: i64,
    pub instalments: i16,
    pub interest_borne_by: InterestBearer,
    /// Minor units.
    pub interest: i64,
    pub txid: Option<String>,
    pub confirms: bool,
    pub capture_at: Option<Time>,
    pub captured_at: Option<Time>,
    pub expires_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
