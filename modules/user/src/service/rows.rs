use feira_kernel::{Surface, Time, UserId, db, values};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::{User, UserError, UserStatus};

/// What a [`UserRow`] is made of, of `users u`.
pub(super) const USER_COLUMNS: &str = "u.id, u.email, u.email_verified_at, u.username, \
     u.first_name, u.last_name, u.phone_number, u.locale, u.status, u.created_at, \
     ARRAY(SELECT r.role FROM user_roles r WHERE r.user_id = u.id ORDER BY r.role) AS roles";

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct UserRow {
    id: Uuid,
    email: String,
    email_verified_at: Option<Time>,
    username: Option<String>,
    first_name: String,
    last_name: String,
    phone_number: Option<String>,
    locale: String,
    status: String,
    created_at: Time,
    roles: Vec<String>,
}

impl UserRow {
    pub(super) fn into_user(self) -> Result<User, UserError> {
        Ok(User {
            id: UserId(self.id),
            email: self.email,
            email_verified: self.email_verified_at.is_some(),
            username: self.username,
            first_name: self.first_name,
            last_name: self.last_name,
            phone_number: self.phone_number,
            locale: self.locale,
            roles: self.roles,
            status: status(&self.status)?,
            created_at: self.created_at,
        })
    }
}

pub(super) async fn user_by_id(
    db: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<User>, UserError> {
    let sql = format!("SELECT {USER_COLUMNS} FROM users u WHERE u.id = $1");
    db::optional::<UserRow>(db, &sql, values![id])
        .await?
        .map(UserRow::into_user)
        .transpose()
}

pub(super) fn surface(text: &str) -> Result<Surface, UserError> {
    match text {
        "shop" => Ok(Surface::Shop),
        "seller" => Ok(Surface::Seller),
        "admin" => Ok(Surface::Admin),
        other => Err(UserError::Internal(format!("unknown surface {other}"))),
    }
}

fn status(text: &str) -> Result<UserStatus, UserError> {
    match text {
        "active" => Ok(UserStatus::Active),
        "blocked" => Ok(UserStatus::Blocked),
        other => Err(UserError::Internal(format!("unknown status {other}"))),
    }
}
