use feira_kernel::{Time, UserId, db::Secret};
use sea_orm::entity::prelude::*;

use crate::{InterestBearer, MethodKind, PaymentFailure, PaymentId, PaymentStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub key: Uuid,
    pub reference: Uuid,
    pub attempt: i32,
    pub payer: Option<UserId>,
    pub description: String,
    pub method: MethodKind,
    pub gateway: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: PaymentStatus,
    pub refunded: Decimal,
    pub uncollected: Decimal,
    pub fee: Option<Decimal>,
    pub failure: Option<PaymentFailure>,
    pub transaction_id: Option<String>,
    pub action_url: Option<String>,
    pub client_secret: Option<Secret>,
    pub card_token: Option<Secret>,
    pub card_customer: Option<Secret>,
    pub card_instalments: Option<i16>,
    pub instalments_total: Option<Decimal>,
    pub interest_borne_by: Option<InterestBearer>,
    pub financing_fee: Option<Decimal>,
    pub txid: Option<String>,
    pub card_brand: Option<String>,
    pub card_last4: Option<String>,
    /// Such as `2031-07`.
    pub card_expires: Option<String>,
    /// Of a PIX that came.
    pub end_to_end_id: Option<String>,
    pub br_code: Option<String>,
    pub instructions: Option<String>,
    pub to_stores: bool,
    pub version: i64,
    pub notes: Option<String>,
    /// Counts changes of the notes.
    pub notes_version: i64,
    pub next_poll_at: Option<Time>,
    pub polls: i32,
    pub captured_at: Option<Time>,
    pub expires_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
