//! The devices of a person: signing in, refreshing, signing out.

use feira_kernel::{
    Actor, FieldError, Surface, Time,
    db::Find,
    token::{self, TokenHash},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    Service,
    credentials::AuthenticatedUser,
    session::{Rotation, Session, insert, revoke, rotate},
};
use crate::{
    BrowserSession, LogIn, SessionId, Tokens, User, UserError, entities::session,
    field_codes::NOT_A_PAGE, keyring::Claims, validate,
};

const MAX_DEVICE: usize = 200;
const MAX_ADDRESS: usize = 64;

impl Service {
    pub(crate) async fn log_in(&self, _: &Actor, log_in: LogIn) -> Result<Tokens, UserError> {
        let surface = log_in.surface;
        let now = self.env.now();
        let ttl = self
            .settings
            .refresh_ttl
            .min(self.settings.refresh_absolute_ttl);
        let (user, session, refresh_token) = self.open("refresh", log_in, now + ttl).await?;
        self.tokens(user, surface, session, refresh_token)
    }

    pub(crate) async fn open_browser_session(
        &self,
        _: &Actor,
        log_in: LogIn,
    ) -> Result<BrowserSession, UserError> {
        let surface = log_in.surface;
        if surface == Surface::Shop {
            let detail = "pages are for sellers and operators";
            return Err(FieldError::new("/surface", NOT_A_PAGE, detail).into());
        }
        let expires_at = self.env.now() + self.settings.browser_session_ttl.absolute;
        let (user, _, token) = self.open("browser", log_in, expires_at).await?;
        Ok(BrowserSession {
            token,
            expires_at,
            user,
            surface,
        })
    }

    async fn open(
        &self,
        kind: &'static str,
        log_in: LogIn,
        expires_at: Time,
    ) -> Result<(User, SessionId, String), UserError> {
        let surface = log_in.surface;
        let device = validate::remark(log_in.device.as_deref(), MAX_DEVICE);
        let address = validate::remark(log_in.address.as_deref(), MAX_ADDRESS);
        let AuthenticatedUser {
            user,
            credentials_changed_at,
        } = self.check_credentials(log_in, address.as_deref()).await?;
        let token = token::random(&self.env.entropy);
        let id = self.env.uuid();
        let family = SessionId(id);
        let now = self.env.now();
        let session = Session {
            id,
            kind,
            family,
            hash: TokenHash::of(&token),
            user: user.id,
            surface,
            device,
            address,
            opened_at: now,
            now,
            expires_at,
        };
        // Refused if the person was blocked, or the password changed, since it was checked.
        if insert(self.env.pool.write(), session, credentials_changed_at).await? {
            Ok((user, family, token))
        } else {
            Err(UserError::BadCredentials)
        }
    }

    pub(crate) async fn refresh(
        &self,
        _: &Actor,
        refresh_token: String,
    ) -> Result<Tokens, UserError> {
        let token = token::random(&self.env.entropy);
        let rotation = Rotation {
            old: TokenHash::of(&refresh_token),
            new: TokenHash::of(&token),
            id: self.env.uuid(),
            now: self.env.now(),
            ttl: self.settings.refresh_ttl,
            absolute_ttl: self.settings.refresh_absolute_ttl,
            grace: self.settings.refresh_grace,
            revocations: self.revocations.clone(),
        };
        // The refusal is a value, not an error: what it revoked must be committed.
        let rotated = self
            .env
            .pool
            .transaction(rotation, |tx, rotation| {
                Box::pin(async move { rotate(tx, rotation).await })
            })
            .await?;
        let (user, surface, session) = rotated.ok_or(UserError::TokenInvalid)?;
        self.tokens(user, surface, session, token)
    }

    pub(crate) async fn log_out(&self, _: &Actor, token: String) -> Result<(), UserError> {
        let input = (
            TokenHash::of(&token),
            self.env.now(),
            self.revocations.clone(),
        );
        self.env
            .pool
            .transaction(input, |tx, (hash, now, revocations)| {
                Box::pin(async move {
                    let found = session::Entity::find()
                        .filter(session::Column::TokenHash.eq(hash))
                        .row(&**tx)
                        .await?;
                    match found {
                        Some(row) => revoke(tx, &revocations, row.family, now).await,
                        None => Ok(()),
                    }
                })
            })
            .await
    }

    fn tokens(
        &self,
        user: User,
        surface: Surface,
        session: SessionId,
        refresh_token: String,
    ) -> Result<Tokens, UserError> {
        let at = self.env.now().unix_timestamp();
        let ttl = self.settings.access_ttl.whole_seconds();
        let claims = Claims {
            iss: self.settings.issuer.clone(),
            aud: surface,
            sub: user.id,
            sid: session,
            iat: at,
            nbf: at,
            exp: at.saturating_add(ttl),
            locale: user.locale.clone(),
        };
        Ok(Tokens {
            access_token: self.keyring.sign(&claims).map_err(UserError::Internal)?,
            expires_in: u32::try_from(ttl).unwrap_or(u32::MAX),
            refresh_token,
            user,
            surface,
        })
    }
}
