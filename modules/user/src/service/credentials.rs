use feira_kernel::{
    Surface, Time, UserId,
    db::{self, Change, Secret},
    first_uuid, text, values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};

use super::Service;
use crate::{
    LogIn, User, UserError, UserStatus,
    entities::user,
    password::{self, Verdict},
    throttle::Key,
    validate,
};

/// A person who gave the right password and may enter the surface.
pub(super) struct AuthenticatedUser {
    pub(super) user: User,
    /// The version of the credentials that were checked, so that no session is opened after they
    /// changed.
    pub(super) credentials_changed_at: Time,
    /// Whether the device is known.
    pub(super) known_device: bool,
}

#[derive(FromQueryResult)]
struct Candidate {
    #[sea_orm(nested)]
    user: user::Model,
    roles: Vec<String>,
    /// For an unconfirmed address: the newest waiting registration.
    compared_hash: Option<String>,
}

impl Service {
    /// The password is checked first, so that nothing is revealed before.
    pub(super) async fn check_credentials(
        &self,
        log_in: LogIn,
    ) -> Result<AuthenticatedUser, UserError> {
        let login = validate::login(&log_in.login)?;
        let candidate = self.candidate(&login).await?;
        let device = candidate.as_ref().and_then(|candidate| {
            let token = log_in.device_token.as_deref()?;
            self.device_of(candidate.user.id, token)
        });
        // Devices from before the last change of the password do not count: they may be an attacker's.
        let trusted = device.filter(|device| {
            let since = candidate.as_ref().map(|c| c.user.credentials_changed_at);
            since.is_some_and(|since| *device >= first_uuid(since))
        });
        let now = self.env.now();
        let keys = |device| Key::of_sign_in(log_in.address.as_deref(), &login, device);
        let admitted = self.throttle.admit(keys(trusted), now);
        let admission = match (admitted, trusted) {
            // The device token may be stolen: after too many tries the person signs in as from an
            // unknown device.
            (Err(_), Some(_)) => self.throttle.admit(keys(None), now),
            (admitted, _) => admitted,
        }?;
        let kept = candidate.as_ref().and_then(|c| c.compared_hash.clone());
        let verdict = self.hasher.verify(bounded(log_in.password), kept).await;
        if !matches!(verdict, Ok(Verdict::Wrong)) {
            admission.take_back();
        }
        let (Some(candidate), Verdict::Right { rehashed }) = (candidate, verdict?) else {
            return Err(UserError::BadCredentials);
        };
        let credentials_changed_at = candidate.user.credentials_changed_at;
        let user = candidate.user.into_user(candidate.roles);
        if let (Some(old), Some(new)) = (candidate.compared_hash, rehashed) {
            self.keep_rehashed(user.id, old, new).await?;
        }
        if user.status == UserStatus::Blocked {
            return Err(UserError::Forbidden);
        }
        if !user.email_verified {
            return Err(UserError::EmailNotVerified);
        }
        // Membership of stores is checked by the gateway with `store`.
        if log_in.surface == Surface::Admin && user.roles.is_empty() {
            return Err(UserError::Forbidden);
        }
        Ok(AuthenticatedUser {
            user,
            credentials_changed_at,
            known_device: device.is_some(),
        })
    }

    async fn candidate(&self, login: &str) -> Result<Option<Candidate>, UserError> {
        let sql = include_str!("../sql/sign_in_candidate.sql");
        Ok(db::optional(self.env.pool.read(), sql, values![login]).await?)
    }

    async fn keep_rehashed(&self, user: UserId, old: String, new: String) -> Result<(), UserError> {
        // Rehashing keeps sessions. A concurrent change of the password wins.
        let rehash = user::Entity::update_many()
            .set(user::ActiveModel {
                hashed_password: Set(Some(Secret(new))),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(user::Column::Id.eq(user))
            .filter(user::Column::HashedPassword.eq(old));
        rehash.run(self.env.pool.write()).await?;
        Ok(())
    }
}

/// A password longer than any accepted one is wrong.
pub(super) fn bounded(password: String) -> String {
    if text::composed(&password).chars().count() > password::MAX_CHARS {
        String::new()
    } else {
        password
    }
}
