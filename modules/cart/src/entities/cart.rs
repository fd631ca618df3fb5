use feira_kernel::{Time, UserId, token::TokenHash};
use sea_orm::{Condition, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::api::{CartId, CartStatus, MergedLine};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "carts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CartId,
    pub user_id: Option<UserId>,
    pub guest_token_hash: Option<String>,
    pub currency: String,
    pub status: CartStatus,
    pub order_id: Option<Uuid>,
    pub merged_into: Option<CartId>,
    pub continued_in: Option<CartId>,
    pub destination: Option<Json>,
    pub shipping_choices: Json,
    pub expires_at: Option<Time>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
    pub held_at: Option<Time>,
    /// A [`LastRelease`]; read only where it is asked for.
    pub released: Option<Json>,
}

feira_kernel::no_relations!();

/// For which order a cart was released last, and what was done to its lines then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRelease {
    pub order: Uuid,
    pub report: Vec<MergedLine>,
}

/// In this state, which is written as a literal: the partial indexes name literal states, and a
/// plan that is made without values uses them, also to find a conflict, only then.
pub(crate) fn is(status: CartStatus) -> Expr {
    feira_kernel::db::is(Column::Status, status)
}

/// What one token opens, as the index names it; which of the two states is asked for besides, bound.
pub(crate) fn of_guest(token: &TokenHash) -> Condition {
    Condition::all()
        .add(Column::GuestTokenHash.eq(token.clone()))
        .add(
            Condition::any()
                .add(is(CartStatus::Open))
                .add(is(CartStatus::Held)),
        )
}

/// The version after a change of a row that is not locked.
pub(crate) fn next_version() -> Expr {
    use sea_orm::sea_query::ExprTrait;
    Expr::col(Column::Version).add(1)
}
