//! The devices of a person: signing in, refreshing, signing out.

use feira_kernel::{
    Actor, FieldError, Surface, Time, UserId,
    db::Find,
    token::{self, TokenHash, TokenKey},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Service,
    credentials::AuthenticatedUser,
    session::{Rotation, Session, insert, revoke, rotate},
};
use crate::{
    BrowserSession, LogIn, SessionId, Tokens, User, UserError,
    entities::session::{self, Kind},
    field_codes::NOT_A_PAGE,
    keyring::Claims,
    validate,
};

const MAX_DEVICE: usize = 200;
const MAX_ADDRESS: usize = 64;
const DEVICE: &str = "device";

/// The client's name and address as stored with a session.
pub(super) struct Place {
    device: Option<String>,
    address: Option<String>,
}

impl Place {
    pub(super) fn of(device: Option<&str>, address: Option<&str>) -> Self {
        Self {
            device: validate::remark(device, MAX_DEVICE),
            address: validate::remark(address, MAX_ADDRESS),
        }
    }
}

/// A new device with its token.
pub(super) struct Opened {
    user: User,
    session: SessionId,
    surface: Surface,
    expires_at: Time,
    token: String,
    known_device: bool,
}

impl Opened {
    pub(super) fn of(session: &Session, user: User, token: String) -> Self {
        Self {
            user,
            session: session.family,
            surface: session.surface,
            expires_at: session.expires_at,
            token,
            known_device: false,
        }
    }
}

pub(super) fn has_pages(surface: Surface) -> Result<(), UserError> {
    if surface == Surface::Shop {
        let detail = "pages are for sellers and operators";
        return Err(FieldError::new("/surface", NOT_A_PAGE, detail).into());
    }
    Ok(())
}

impl Service {
    pub(crate) async fn log_in(&self, _: &Actor, log_in: LogIn) -> Result<Tokens, UserError> {
        let opened = self.open(Kind::Refresh, log_in).await?;
        self.tokens(opened)
    }

    pub(crate) async fn open_browser_session(
        &self,
        _: &Actor,
        log_in: LogIn,
    ) -> Result<BrowserSession, UserError> {
        has_pages(log_in.surface)?;
        let opened = self.open(Kind::Browser, log_in).await?;
        Ok(self.browser_session(opened))
    }

    async fn open(&self, kind: Kind, log_in: LogIn) -> Result<Opened, UserError> {
        let surface = log_in.surface;
        let place = Place::of(log_in.device.as_deref(), log_in.address.as_deref());
        let AuthenticatedUser {
            user,
            credentials_changed_at,
            known_device,
        } = self.check_credentials(log_in).await?;
        let (session, token) = self.new_session(kind, user.id, surface, place);
        let opened = Opened {
            known_device,
            ..Opened::of(&session, user, token)
        };
        // Refused if the person was blocked, or the password changed, since it was checked.
        if insert(self.env.pool.write(), session, credentials_changed_at).await? {
            Ok(opened)
        } else {
            Err(UserError::BadCredentials)
        }
    }

    /// Prepares a new device with its token.
    pub(super) fn new_session(
        &self,
        kind: Kind,
        user: UserId,
        surface: Surface,
        place: Place,
    ) -> (Session, String) {
        let settings = &self.settings;
        let ttl = match kind {
            Kind::Refresh => settings.refresh_ttl.min(settings.refresh_absolute_ttl),
            Kind::Browser => settings.browser_session_ttl.absolute,
        };
        let token = token::random(&self.env.entropy);
        let id = self.env.uuid();
        let now = self.env.now();
        let session = Session {
            id,
            kind,
            family: SessionId(id),
            hash: TokenHash::of(&token),
            user,
            surface,
            device: place.device,
            address: place.address,
            opened_at: now,
            now,
            expires_at: now + ttl,
        };
        (session, token)
    }

    pub(super) fn browser_session(&self, opened: Opened) -> BrowserSession {
        BrowserSession {
            device_token: self.device_token(opened.session, opened.user.id),
            token: opened.token,
            expires_at: opened.expires_at,
            known_device: opened.known_device,
            user: opened.user,
            surface: opened.surface,
        }
    }

    /// The token of a known device, whose tries are counted separately.
    fn device_token(&self, session: SessionId, user: UserId) -> String {
        let key = &self.settings.token_key;
        key.derive(DEVICE, session.0, &user.to_string())
    }

    /// The device of a device token, if it belongs to this person.
    pub(super) fn device_of(&self, user: UserId, token: &str) -> Option<Uuid> {
        let id = TokenKey::id_of(token)?;
        let key = &self.settings.token_key;
        key.verify(token, DEVICE, id, &user.to_string())
            .then_some(id)
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
        // The refusal is an `Ok` value, so that the revocation is committed.
        let rotated = self
            .env
            .pool
            .transaction(rotation, |tx, rotation| {
                Box::pin(async move { rotate(tx, rotation).await })
            })
            .await?;
        let (user, session) = rotated.ok_or(UserError::TokenInvalid)?;
        self.tokens(Opened::of(&session, user, token))
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

    pub(super) fn tokens(&self, opened: Opened) -> Result<Tokens, UserError> {
        let Opened {
            user,
            surface,
            session,
            token,
            ..
        } = opened;
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
            refresh_token: token,
            device_token: self.device_token(session, user.id),
            user,
            surface,
        })
    }
}
