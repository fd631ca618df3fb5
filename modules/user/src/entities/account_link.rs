use feira_kernel::{Surface, Time, UserId};
use sea_orm::entity::prelude::*;

use crate::api::AccountLinkId;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum LinkPurpose {
        ResetPassword = "reset_password",
        ChangeEmail = "change_email",
        SignIn = "sign_in",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountLinkId,
    pub user_id: Option<UserId>,
    pub purpose: LinkPurpose,
    pub email: Option<String>,
    pub surface: Option<Surface>,
    pub expires_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
