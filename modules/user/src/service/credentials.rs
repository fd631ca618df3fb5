use feira_kernel::{Surface, Time, UserId, db, values};
use sea_orm::FromQueryResult;

use super::{
    Service,
    rows::{USER_COLUMNS, UserRow},
};
use crate::{
    LogIn, User, UserError, UserStatus,
    password::{self, Verdict},
    rules,
    throttle::Key,
};

/// A person who gave the right password and may enter the surface.
pub(super) struct Entitled {
    pub(super) user: User,
    /// Of the credentials that were checked, so that a session is not opened after they changed.
    pub(super) credentials_changed_at: Time,
}

#[derive(FromQueryResult)]
struct Candidate {
    #[sea_orm(nested)]
    user: UserRow,
    email: String,
    /// Until the address is confirmed, of the newest registration that waits for it.
    hashed_password: Option<String>,
    credentials_changed_at: Time,
    /// Whether the person signed in from this address before.
    known_address: bool,
}

impl Service {
    /// Nothing is said of a person before her password was right. `address` is the client's, in
    /// the form in which sessions keep it.
    pub(super) async fn check_credentials(
        &self,
        log_in: LogIn,
        address: Option<&str>,
    ) -> Result<Entitled, UserError> {
        let login = rules::login(&log_in)?;
        let candidate = self.candidate(&login, address).await?;
        let (account, known) = match &candidate {
            Some(c) => (c.email.as_str(), c.known_address),
            None => (login.as_str(), false),
        };
        let keys = Key::of_sign_in(address, account, known);
        let admission = self.throttle.admit(keys, self.env.now())?;
        let kept = candidate.as_ref().and_then(|c| c.hashed_password.clone());
        let verdict = self.hasher.verify(bounded(log_in.password), kept).await;
        if !matches!(verdict, Ok(Verdict::Wrong)) {
            admission.take_back();
        }
        let (Some(candidate), Verdict::Right { rehashed }) = (candidate, verdict?) else {
            return Err(UserError::BadCredentials);
        };
        let user = candidate.user.into_user()?;
        if let (Some(old), Some(new)) = (candidate.hashed_password, rehashed) {
            self.keep_rehashed(user.id, old, new).await?;
        }
        if user.status == UserStatus::Blocked {
            return Err(UserError::Forbidden);
        }
        if !user.email_verified {
            return Err(UserError::EmailNotVerified);
        }
        // Who works in which store is the store's affair: the gateway asks there.
        if log_in.surface == Surface::Admin && user.roles.is_empty() {
            return Err(UserError::Forbidden);
        }
        Ok(Entitled {
            user,
            credentials_changed_at: candidate.credentials_changed_at,
        })
    }

    async fn candidate(
        &self,
        login: &str,
        address: Option<&str>,
    ) -> Result<Option<Candidate>, UserError> {
        // No username has an @, every e-mail has one: each lookup uses its own index.
        let by = if login.contains('@') {
            "lower(u.email) = $1"
        } else {
            "u.username = $1"
        };
        let sql = format!(
            "SELECT {USER_COLUMNS}, u.credentials_changed_at, \
                 COALESCE(u.hashed_password, (SELECT r.hashed_password FROM registrations r \
                     WHERE r.user_id = u.id ORDER BY r.expires_at DESC, r.id DESC LIMIT 1)) \
                     AS hashed_password, \
                 EXISTS (SELECT 1 FROM sessions s \
                     WHERE s.user_id = u.id AND s.address = $2) AS known_address \
             FROM users u WHERE {by}"
        );
        Ok(db::optional(self.env.pool.reads(), &sql, values![login, address]).await?)
    }

    async fn keep_rehashed(&self, user: UserId, old: String, new: String) -> Result<(), UserError> {
        // The same password in a stronger hash: sessions stay. A changed password wins.
        db::exec(
            self.env.pool.reads(),
            "UPDATE users SET hashed_password = $3, updated_at = $4 \
             WHERE id = $1 AND hashed_password = $2",
            values![user, old, new, self.env.now()],
        )
        .await?;
        Ok(())
    }
}

/// Longer than any password that was ever accepted is wrong, whatever it hashes to.
pub(super) fn bounded(password: String) -> String {
    if password.chars().count() > password::MAX_CHARS {
        String::new()
    } else {
        password
    }
}
