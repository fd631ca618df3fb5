use std::{borrow::Cow, collections::BTreeSet};

use feira_kernel::{Actor, Permission, Surface, Time, UserId, db, token::TokenHash, values};
use sea_orm::FromQueryResult;
use time::Duration;

use super::Service;
use crate::{Principal, SessionId, UserError, keyring::Claims};

/// A browser session's last use is written at most this often.
const TOUCH_EVERY: Duration = Duration::minutes(1);

#[derive(FromQueryResult)]
struct Operator {
    permissions: Vec<String>,
}

#[derive(FromQueryResult)]
struct Browser {
    session: SessionId,
    user_id: UserId,
    surface: Surface,
    locale: String,
    first_name: String,
    last_name: String,
    permissions: Vec<String>,
}

impl Service {
    /// Without the database, except for the periodic read of signed-out devices. Operators' permissions
    /// are read at each request.
    pub(crate) async fn authenticate(
        &self,
        _: &Actor,
        token: String,
    ) -> Result<Principal, UserError> {
        let now = self.env.now();
        let claims = self
            .keyring
            .verify(&token, now)
            .ok_or(UserError::TokenInvalid)?;
        let permissions = match claims.aud {
            Surface::Admin => self.operator(&claims, now).await?,
            Surface::Shop | Surface::Seller => {
                if self.revocations.contains(&self.env, claims.sid).await? {
                    return Err(UserError::TokenInvalid);
                }
                BTreeSet::new()
            }
        };
        Ok(Principal {
            user: claims.sub,
            surface: claims.aud,
            session: claims.sid,
            permissions,
            locale: claims.locale,
            name: String::new(),
        })
    }

    async fn operator(
        &self,
        claims: &Claims,
        now: Time,
    ) -> Result<BTreeSet<Permission>, UserError> {
        let operator: Option<Operator> = db::optional(
            self.env.pool.read(),
            include_str!("../sql/operator_permissions.sql"),
            values![claims.sub, claims.sid, now],
        )
        .await?;
        let operator = operator.ok_or(UserError::TokenInvalid)?;
        Ok(permissions(operator.permissions))
    }

    pub(crate) async fn browser_principal(
        &self,
        _: &Actor,
        token: String,
    ) -> Result<Principal, UserError> {
        let now = self.env.now();
        let idle_since = now - self.settings.browser_session_ttl.idle;
        let found: Option<Browser> = db::optional(
            self.env.pool.write(),
            include_str!("../sql/browser_principal.sql"),
            values![TokenHash::of(&token), now, idle_since, now - TOUCH_EVERY],
        )
        .await?;
        Ok(found.ok_or(UserError::TokenInvalid)?.into())
    }
}

impl From<Browser> for Principal {
    fn from(found: Browser) -> Self {
        let permissions = match found.surface {
            Surface::Shop | Surface::Seller => BTreeSet::new(),
            Surface::Admin => permissions(found.permissions),
        };
        let name = format!("{} {}", found.first_name, found.last_name);
        Self {
            user: found.user_id,
            surface: found.surface,
            session: found.session,
            permissions,
            locale: found.locale,
            name: name.trim().to_owned(),
        }
    }
}

fn permissions(names: Vec<String>) -> BTreeSet<Permission> {
    names
        .into_iter()
        .map(|name| Permission(Cow::Owned(name)))
        .collect()
}
