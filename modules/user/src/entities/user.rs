use feira_kernel::{Time, UserId, db::Secret};
use sea_orm::{
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::api::UserStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub username: Option<String>,
    pub email: String,
    pub hashed_password: Option<Secret>,
    pub first_name: String,
    pub last_name: String,
    pub phone_number: Option<String>,
    pub image_url: Option<String>,
    pub locale: String,
    pub email_verified_at: Option<Time>,
    pub status: UserStatus,
    pub credentials_changed_at: Time,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

/// One more than it is.
pub(crate) fn next_version() -> Expr {
    Expr::col(Column::Version).add(1)
}

/// Whose address this is, however it is written.
pub(crate) fn of_email(email: String) -> Expr {
    let kept = Expr::col((Entity, Column::Email));
    Expr::expr(Func::lower(kept)).eq(Func::lower(Expr::val(email)))
}
