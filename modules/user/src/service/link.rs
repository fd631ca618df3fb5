//! Links for accounts that are there: where they are mailed to, and what they let through.

use feira_kernel::{
    Actor, Time, UserId,
    db::{self, Change, Find},
    token::TokenKey,
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};

use super::Service;
use crate::{
    AccountLink, AccountLinkId, UserError, access,
    entities::account_link::{self, LinkPurpose},
};

/// A person whose row was written, as it is after that.
#[derive(FromQueryResult)]
pub(super) struct Touched {
    pub(super) id: UserId,
    pub(super) version: i64,
}

/// What a link stood for that was used.
#[derive(FromQueryResult)]
pub(super) struct UsedLink {
    pub(super) user_id: UserId,
    pub(super) email: String,
}

/// A link that may still be used.
pub(super) struct OpenLink {
    pub(super) id: AccountLinkId,
    purpose: LinkPurpose,
    pub(super) user: UserId,
    pub(super) email: String,
    /// Where one signs in that does.
    pub(super) surface: Option<String>,
    pub(super) expires_at: Time,
}

impl OpenLink {
    /// What its token is bound to.
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

    /// The link of a token that is ours, for this purpose, and may still be used.
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

/// Until the end of the transaction nobody else writes a link of who has this login, or ends one.
pub(super) async fn lock_login(tx: &db::Tx, login: String) -> Result<(), UserError> {
    let sql = include_str!("../sql/lock_login.sql");
    db::exec(&**tx, sql, values![login]).await?;
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

/// Whoever has a link of before cannot use it any more.
pub(super) async fn forget_links(tx: &db::Tx, user: UserId) -> Result<(), UserError> {
    let links = account_link::Entity::delete_many();
    let links = links.filter(account_link::Column::UserId.eq(user));
    links.run(&**tx).await?;
    Ok(())
}
