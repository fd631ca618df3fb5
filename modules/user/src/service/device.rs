use feira_kernel::{
    Surface, Time, UserId, db,
    token::{self, TokenHash},
    values,
};
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    credentials::Entitled,
    rows::{surface, user_by_id},
};
use crate::{BrowserSession, LogIn, SessionId, Tokens, User, UserError, keyring::Claims, rules};

const MAX_DEVICE: usize = 200;
const MAX_ADDRESS: usize = 64;

/// A row to be: a refresh token or a browser session.
#[derive(Clone)]
struct Session {
    id: Uuid,
    kind: &'static str,
    family: Uuid,
    hash: TokenHash,
    user: UserId,
    surface: Surface,
    device: Option<String>,
    address: Option<String>,
    opened_at: Time,
    now: Time,
    expires_at: Time,
}

/// What a refresh needs beside the old token, made before the transaction.
#[derive(Clone)]
struct Rotation {
    old: TokenHash,
    new: TokenHash,
    id: Uuid,
    now: Time,
    ttl: Duration,
    absolute_ttl: Duration,
    grace: Duration,
}

#[derive(FromQueryResult)]
struct Rotated {
    family: Uuid,
    user_id: Uuid,
    surface: String,
    device: Option<String>,
    address: Option<String>,
    opened_at: Time,
}

#[derive(FromQueryResult)]
struct Spent {
    family: Uuid,
    rotated_at: Time,
}

impl Service {
    pub(super) async fn log_in(&self, log_in: LogIn) -> Result<Tokens, UserError> {
        let surface = log_in.surface;
        let now = self.env.now();
        let ttl = self
            .settings
            .refresh_ttl
            .min(self.settings.refresh_absolute_ttl);
        let (user, session, refresh_token) = self.open("refresh", log_in, now + ttl).await?;
        self.tokens(user, surface, SessionId(session), refresh_token)
    }

    pub(super) async fn open_browser_session(
        &self,
        log_in: LogIn,
    ) -> Result<BrowserSession, UserError> {
        let surface = log_in.surface;
        if surface == Surface::Shop {
            let detail = "pages are for sellers and operators";
            return Err(rules::invalid("/surface", "not_a_page", detail));
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
    ) -> Result<(User, Uuid, String), UserError> {
        let surface = log_in.surface;
        let device = rules::remark(log_in.device.as_deref(), MAX_DEVICE);
        let address = rules::remark(log_in.address.as_deref(), MAX_ADDRESS);
        let Entitled {
            user,
            credentials_changed_at,
        } = self.check_credentials(log_in).await?;
        let token = token::random(&self.env.entropy);
        let id = self.env.uuid();
        let now = self.env.now();
        let session = Session {
            id,
            kind,
            family: id,
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
        if insert(self.env.pool.reads(), session, credentials_changed_at).await? {
            Ok((user, id, token))
        } else {
            Err(UserError::BadCredentials)
        }
    }

    pub(super) async fn refresh(&self, refresh_token: String) -> Result<Tokens, UserError> {
        let token = token::random(&self.env.entropy);
        let rotation = Rotation {
            old: TokenHash::of(&refresh_token),
            new: TokenHash::of(&token),
            id: self.env.uuid(),
            now: self.env.now(),
            ttl: self.settings.refresh_ttl,
            absolute_ttl: self.settings.refresh_absolute_ttl,
            grace: self.settings.refresh_grace,
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

    pub(super) async fn log_out(&self, token: String) -> Result<(), UserError> {
        let input = (TokenHash::of(&token), self.env.now());
        self.env
            .pool
            .transaction(input, |tx, (hash, now)| {
                Box::pin(async move {
                    let family: Option<Uuid> = db::scalar(
                        &**tx,
                        "SELECT family FROM sessions WHERE token_hash = $1",
                        values![hash],
                    )
                    .await?;
                    match family {
                        Some(family) => revoke(tx, family, now).await,
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

/// Writes the row if the person is still entitled to it; locks her row, so that a block or a
/// change of password comes wholly before or wholly after.
async fn insert(
    db: &impl sea_orm::ConnectionTrait,
    new: Session,
    credentials: Time,
) -> Result<bool, UserError> {
    let inserted = db::exec(
        db,
        "INSERT INTO sessions (id, kind, family, token_hash, user_id, surface, device, address, \
             opened_at, last_used_at, expires_at) \
         SELECT $1, $2, $3, $4, u.id, $6, $7, $8, $9, $10, $11 FROM users u \
         WHERE u.id = $5 AND u.status = 'active' AND u.credentials_changed_at <= $12 FOR SHARE",
        values![
            new.id,
            new.kind,
            new.family,
            new.hash,
            new.user,
            new.surface.as_str(),
            new.device,
            new.address,
            new.opened_at,
            new.now,
            new.expires_at,
            credentials
        ],
    )
    .await?;
    Ok(inserted == 1)
}

async fn rotate(
    tx: &db::Tx,
    rotation: Rotation,
) -> Result<Option<(User, Surface, SessionId)>, UserError> {
    // Of any number who come with the same token, this statement lets one through.
    let rotated: Option<Rotated> = db::optional(
        &**tx,
        "UPDATE sessions s SET rotated_at = $2, last_used_at = $2, updated_at = $2 FROM users u \
         WHERE s.token_hash = $1 AND s.kind = 'refresh' AND s.expires_at > $2 \
           AND s.rotated_at IS NULL AND s.revoked_at IS NULL \
           AND u.id = s.user_id AND u.status = 'active' AND u.credentials_changed_at <= s.opened_at \
           AND (s.surface <> 'admin' OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id)) \
         RETURNING s.family, s.user_id, s.surface, s.device, s.address, s.opened_at",
        values![rotation.old.clone(), rotation.now],
    )
    .await?;
    let Some(old) = rotated else {
        punish_reuse(tx, rotation).await?;
        return Ok(None);
    };
    let user = UserId(old.user_id);
    let surface = surface(&old.surface)?;
    let end = old.opened_at + rotation.absolute_ttl;
    let successor = Session {
        id: rotation.id,
        kind: "refresh",
        family: old.family,
        hash: rotation.new,
        user,
        surface,
        device: old.device,
        address: old.address,
        opened_at: old.opened_at,
        now: rotation.now,
        expires_at: end.min(rotation.now + rotation.ttl),
    };
    if !insert(&**tx, successor, old.opened_at).await? {
        return Ok(None);
    }
    let user = user_by_id(&**tx, user).await?;
    Ok(user.map(|user| (user, surface, SessionId(old.family))))
}

/// A spent token that comes again was copied: by whom, nobody can tell, so the device ends.
/// Right after its use it is rather the owner, who never got our answer.
async fn punish_reuse(tx: &db::Tx, rotation: Rotation) -> Result<(), UserError> {
    let spent: Option<Spent> = db::optional(
        &**tx,
        "SELECT family, rotated_at FROM sessions \
         WHERE token_hash = $1 AND kind = 'refresh' AND rotated_at IS NOT NULL",
        values![rotation.old],
    )
    .await?;
    let Some(spent) = spent else { return Ok(()) };
    if rotation.now - spent.rotated_at <= rotation.grace {
        return Ok(());
    }
    tracing::warn!(session = %spent.family, "a spent refresh token came again; the device is signed out");
    revoke(tx, spent.family, rotation.now).await
}

/// Ends all tokens of a device. Repeated until nothing is left: while the first statement
/// waits for a refresh that runs, that refresh adds a row which the statement cannot see.
async fn revoke(tx: &db::Tx, family: Uuid, now: Time) -> Result<(), UserError> {
    loop {
        let revoked = db::exec(
            &**tx,
            "UPDATE sessions SET revoked_at = $2, updated_at = $2 \
             WHERE family = $1 AND revoked_at IS NULL",
            values![family, now],
        )
        .await?;
        if revoked == 0 {
            return Ok(());
        }
    }
}
