//! Reading people's rows, and their conversion to public types.

use feira_kernel::{UserId, db};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, Select};

use crate::{
    User, UserError,
    entities::{user, user_role},
};

impl user::Model {
    pub(super) fn into_user(self, roles: Vec<String>) -> User {
        User {
            id: self.id,
            email: self.email,
            email_verified: self.email_verified_at.is_some(),
            username: self.username,
            first_name: self.first_name,
            last_name: self.last_name,
            phone_number: self.phone_number,
            locale: self.locale,
            roles,
            status: self.status,
            created_at: self.created_at,
        }
    }
}

/// The people that a query finds, sorted by id, with their roles: one statement.
pub(super) async fn with_roles(
    db: &impl ConnectionTrait,
    found: Select<user::Entity>,
) -> Result<Vec<User>, UserError> {
    let rows = found
        .find_with_related(user_role::Entity)
        .order_by_asc(user_role::Column::Role)
        .all(db)
        .await
        .map_err(db::Error::from)?;
    let of = |(row, roles): (user::Model, Vec<user_role::Model>)| {
        row.into_user(roles.into_iter().map(|role| role.role).collect())
    };
    Ok(rows.into_iter().map(of).collect())
}

pub(super) async fn user_by_id(
    db: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<User>, UserError> {
    let found = with_roles(db, user::Entity::find_by_id(id)).await?;
    Ok(found.into_iter().next())
}
