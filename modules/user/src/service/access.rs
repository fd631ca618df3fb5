use std::{borrow::Cow, collections::BTreeSet};

use feira_kernel::{Permission, Surface, Time, UserId, db, token::TokenHash, values};
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use super::{Service, rows::surface};
use crate::{Principal, SessionId, UserError, keyring::Claims};

/// A browser session's last use is written at most this often.
const TOUCH_EVERY: Duration = Duration::minutes(1);

/// What an operator may do, of `users u`.
const PERMISSIONS: &str = "ARRAY(SELECT DISTINCT p.permission FROM user_roles r \
     JOIN role_permissions p ON p.role = r.role WHERE r.user_id = u.id) AS permissions";

#[derive(FromQueryResult)]
struct Operator {
    permissions: Vec<String>,
}

#[derive(FromQueryResult)]
struct Browser {
    session: Uuid,
    user_id: Uuid,
    surface: String,
    locale: String,
    first_name: String,
    last_name: String,
    permissions: Vec<String>,
}

impl Service {
    /// Without the database, except for operators: what they may do, and whether they still
    /// may, is asked at each request.
    pub(super) async fn authenticate(&self, token: String) -> Result<Principal, UserError> {
        let now = self.env.now();
        let claims = self
            .keyring
            .verify(&token, now)
            .ok_or(UserError::TokenInvalid)?;
        let permissions = match claims.aud {
            Surface::Shop | Surface::Seller => BTreeSet::new(),
            Surface::Admin => self.operator(&claims, now).await?,
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
        let sql = format!(
            "SELECT {PERMISSIONS} FROM users u WHERE u.id = $1 AND u.status = 'active' \
             AND EXISTS (SELECT 1 FROM sessions s WHERE s.family = $2 AND s.user_id = u.id \
                 AND s.revoked_at IS NULL AND s.rotated_at IS NULL AND s.expires_at > $3 \
                 AND s.opened_at >= u.credentials_changed_at) \
             AND EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id)"
        );
        let operator: Option<Operator> = db::optional(
            self.env.pool.reads(),
            &sql,
            values![claims.sub, claims.sid, now],
        )
        .await?;
        let operator = operator.ok_or(UserError::TokenInvalid)?;
        Ok(permissions(operator.permissions))
    }

    pub(super) async fn browser_principal(&self, token: String) -> Result<Principal, UserError> {
        let now = self.env.now();
        let idle_since = now - self.settings.browser_session_ttl.idle;
        let sql = format!(
            "WITH touched AS (UPDATE sessions SET last_used_at = $2, updated_at = $2 \
                 WHERE token_hash = $1 AND kind = 'browser' AND revoked_at IS NULL \
                   AND expires_at > $2 AND last_used_at > $3 AND last_used_at <= $4) \
             SELECT s.family AS session, s.user_id, s.surface, u.locale, u.first_name, \
                 u.last_name, {PERMISSIONS} \
             FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE s.token_hash = $1 AND s.kind = 'browser' AND s.revoked_at IS NULL \
               AND s.expires_at > $2 AND s.last_used_at > $3 \
               AND u.status = 'active' AND u.credentials_changed_at <= s.opened_at \
               AND (s.surface <> 'admin' \
                    OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id))"
        );
        let found: Option<Browser> = db::optional(
            self.env.pool.reads(),
            &sql,
            values![TokenHash::of(&token), now, idle_since, now - TOUCH_EVERY],
        )
        .await?;
        found.ok_or(UserError::TokenInvalid)?.into_principal()
    }
}

impl Browser {
    fn into_principal(self) -> Result<Principal, UserError> {
        let surface = surface(&self.surface)?;
        let permissions = match surface {
            Surface::Shop | Surface::Seller => BTreeSet::new(),
            Surface::Admin => permissions(self.permissions),
        };
        let name = format!("{} {}", self.first_name, self.last_name);
        Ok(Principal {
            user: UserId(self.user_id),
            surface,
            session: SessionId(self.session),
            permissions,
            locale: self.locale,
            name: name.trim().to_owned(),
        })
    }
}

fn permissions(names: Vec<String>) -> BTreeSet<Permission> {
    names
        .into_iter()
        .map(|name| Permission(Cow::Owned(name)))
        .collect()
}
