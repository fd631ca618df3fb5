//! Mailed links of existing accounts: addressee, token, redemption.

use feira_kernel::{
    Actor, Surface, Time, UserId,
    db::{self, Change, Find},
    token::TokenKey,
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LockType},
};

use super::Service;
use crate::{
    AccountLink, AccountLinkId, UserError, access,
    entities::{
        account_link::{self, LinkPurpose},
        user,
    },
};

/// A person's row after the change.
#[derive(FromQueryResult)]
pub(super) struct Touched {
    pub(super) id: UserId,
    pub(super) version: i64,
}

/// A redeemed link.
#[derive(FromQueryResult)]
pub(super) struct UsedLink {
    pub(super) user_id: UserId,
    pub(super) email: String,
}

/// A valid link.
pub(super) struct OpenLink {
    pub(super) id: AccountLinkId,
    purpose: LinkPurpose,
    pub(super) user: UserId,
    pub(super) email: String,
    /// The surface, for a sign-in link.
    pub(super) surface: Option<Surface>,
    pub(super) expires_at: Time,
}

impl OpenLink {
    /// The context from which its token is derived.
    fn value(&self) -> String {
        self.email.to_ascii_lowercase()
    }
}

impl Service {
    pub(crate) async fn account_link(
        &self,
        actor: &Actor,
        id: AccountLinkId,
    ) -> Result<AccountLink, UserError> {
        if !access::may_derive(actor) {
            return Err(UserError::Forbidden);
        }
        let link = self.open_link(id).await?.ok_or(UserError::TokenInvalid)?;
        let key = &self.settings.token_key;
        let token = key.derive(link.purpose.as_str(), id.0, &link.value());
        Ok(AccountLink {
            email: link.email,
            token,
        })
    }

    /// The valid link of a token, if it is for this purpose.
    pub(super) async fn link_of(
        &self,
        token: &str,
        purpose: LinkPurpose,
    ) -> Result<OpenLink, UserError> {
        let id = TokenKey::id_of(token).ok_or(UserError::TokenInvalid)?;
        let id = AccountLinkId(id);
        let link = self.open_link(id).await?.ok_or(UserError::TokenInvalid)?;
        let key = &self.settings.token_key;
        let ours = key.verify(token, purpose.as_str(), id.0, &link.value());
        if !ours || link.purpose != purpose {
            return Err(UserError::TokenInvalid);
        }
        Ok(link)
    }

    async fn open_link(&self, id: AccountLinkId) -> Result<Option<OpenLink>, UserError> {
        let found = account_link::Entity::find_by_id(id);
        let row = found.row(self.env.pool.read()).await?;
        let now = self.env.now();
        let open = row.filter(|row| row.expires_at > now);
        Ok(open.and_then(|row| {
            Some(OpenLink {
                id,
                purpose: row.purpose,
                user: row.user_id?,
                email: row.email?,
                surface: row.surface,
                expires_at: row.expires_at,
            })
        }))
    }
}

/// Locks the links of the person with this login until the end of the transaction.
pub(super) async fn lock_login(tx: &db::Tx, login: String) -> Result<(), UserError> {
    let by_name = Expr::col(user::Column::Username).eq(Func::lower(Expr::val(login.clone())));
    let person = user::Entity::find()
        .filter(user::of_email(login).or(by_name))
        .lock(LockType::NoKeyUpdate);
    // At most one: no username has an @ and every e-mail has one.
    person.row(&**tx).await?;
    Ok(())
}

pub(super) async fn use_link(
    tx: &db::Tx,
    id: AccountLinkId,
    purpose: LinkPurpose,
    now: Time,
) -> Result<UsedLink, UserError> {
    let used: Option<UsedLink> = db::optional(
        &**tx,
        include_str!("../sql/use_link.sql"),
        values![id, purpose, now],
    )
    .await?;
    used.ok_or(UserError::TokenInvalid)
}

/// Ends all links of the person.
pub(super) async fn forget_links(tx: &db::Tx, user: UserId) -> Result<(), UserError> {
    let links = account_link::Entity::delete_many();
    let links = links.filter(account_link::Column::UserId.eq(user));
    links.run(&**tx).await?;
    Ok(())
}
