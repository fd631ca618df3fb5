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
    hashed_password: String,
    credentials_changed_at: Time,
}

impl Service {
    /// Nothing is said of a person before her password was right.
    pub(super) async fn check_credentials(&self, log_in: LogIn) -> Result<Entitled, UserError> {
        let login = rules::login(&log_in)?;
        let candidate = self.candidate(login).await?;
        let kept = candidate.as_ref().map(|c| c.hashed_password.clone());
        let verdict = self.hasher.verify(bounded(log_in.password), kept).await?;
        let (Some(candidate), Verdict::Right { rehashed }) = (candidate, verdict) else {
            return Err(UserError::BadCredentials);
        };
        let user = candidate.user.into_user()?;
        if let Some(rehashed) = rehashed {
            self.keep_rehashed(user.id, candidate.hashed_password, rehashed)
                .await?;
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

    async fn candidate(&self, login: String) -> Result<Option<Candidate>, UserError> {
        // No username has an @, every e-mail has one: each lookup uses its own index.
        let by = if login.contains('@') {
            "lower(u.email) = $1"
        } else {
            "u.username = $1 AND u.email_verified_at IS NOT NULL"
        };
        let sql = format!(
            "SELECT {USER_COLUMNS}, u.hashed_password, u.credentials_changed_at \
             FROM users u WHERE {by}"
        );
        Ok(db::optional(self.env.pool.reads(), &sql, values![login]).await?)
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
fn bounded(password: String) -> String {
    if password.chars().count() > password::MAX_CHARS {
        String::new()
    } else {
        password
    }
}
