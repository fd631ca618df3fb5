//! Registering and confirming. Each registration is a row of its own, and its link applies only that
//! row, so that a click on one link cannot set the password of another registration.

use feira_kernel::{Actor, UserId, db::Find, token::TokenKey};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::{
    Service,
    account::Account,
    credentials::bounded,
    pending::{Renewal, register, renew, verify_email},
};
use crate::{
    ConfirmationId, LostConfirmation, Registration, UserError, access,
    entities::{registration, user},
    password::Verdict,
    throttle::Key,
    validate,
};

const VERIFY_EMAIL: &str = "verify_email";

#[derive(FromQueryResult)]
struct PendingRegistration {
    id: ConfirmationId,
    hashed_password: String,
}

impl Service {
    pub(crate) async fn register(&self, _: &Actor, new: Registration) -> Result<(), UserError> {
        let profile = validate::registration(&new, &self.settings.default_locale)?;
        let now = self.env.now();
        // Every request counts as a try, because each makes a mail.
        let keys = Key::of_mail(new.address.as_deref(), &profile.email);
        self.throttle.admit(keys, now)?;
        // Hashed for known e-mails too, so that both cases take the same time.
        let hashed_password = self.hasher.hash(new.password).await?;
        let account = Account {
            id: UserId(self.env.uuid()),
            profile,
            hashed_password,
            now,
        };
        let confirmation = ConfirmationId(self.env.uuid());
        let expires_at = now + self.settings.confirmation_ttl;
        let input = (self.env.clone(), account, confirmation, expires_at);
        self.env
            .pool
            .transaction(input, |tx, (env, account, confirmation, expires_at)| {
                Box::pin(async move { register(tx, &env, account, confirmation, expires_at).await })
            })
            .await
    }

    pub(crate) async fn verify_email(&self, _: &Actor, token: String) -> Result<(), UserError> {
        let id = TokenKey::id_of(&token).ok_or(UserError::TokenInvalid)?;
        let id = ConfirmationId(id);
        let Some(value) = self.confirmed_value(id).await? else {
            return self.confirm_other_email(&token).await;
        };
        let key = &self.settings.token_key;
        if !key.verify(&token, VERIFY_EMAIL, id.0, &value) {
            return Err(UserError::TokenInvalid);
        }
        let input = (id, self.env.now());
        self.env
            .pool
            .transaction(input, |tx, (id, now)| {
                Box::pin(async move { verify_email(tx, id, now).await })
            })
            .await
    }

    pub(crate) async fn resend_confirmation(
        &self,
        _: &Actor,
        lost: LostConfirmation,
    ) -> Result<(), UserError> {
        let email = validate::lost_confirmation(&lost)?;
        let now = self.env.now();
        let keys = Key::of_mail(lost.address.as_deref(), &email);
        self.throttle.admit(keys, now)?;
        let newest = self.newest_registration(&email).await?;
        let kept = newest
            .as_ref()
            .map(|waiting| waiting.hashed_password.clone());
        // Compared even if nothing waits, so that both cases take the same time.
        let verdict = self.hasher.verify(bounded(lost.password), kept).await?;
        let (Some(waiting), Verdict::Right { .. }) = (newest, verdict) else {
            return Ok(());
        };
        let renewal = Renewal {
            old: waiting.id,
            new: ConfirmationId(self.env.uuid()),
            now,
            expires_at: now + self.settings.confirmation_ttl,
        };
        self.env
            .pool
            .transaction((self.env.clone(), renewal), |tx, (env, renewal)| {
                Box::pin(async move { renew(tx, &env, renewal).await })
            })
            .await
    }

    pub(crate) async fn confirmation_token(
        &self,
        actor: &Actor,
        id: ConfirmationId,
    ) -> Result<String, UserError> {
        if !access::may_derive(actor) {
            return Err(UserError::Forbidden);
        }
        let value = self.confirmed_value(id).await?.ok_or(UserError::NotFound)?;
        Ok(self.settings.token_key.derive(VERIFY_EMAIL, id.0, &value))
    }

    /// The address in lower case, from which the link's token is derived. Does not check whether the
    /// link is valid.
    async fn confirmed_value(&self, id: ConfirmationId) -> Result<Option<String>, UserError> {
        let found = registration::Entity::find_by_id(id);
        let row = found.row(self.env.pool.read()).await?;
        Ok(row.map(|row| row.email.to_ascii_lowercase()))
    }

    async fn newest_registration(
        &self,
        email: &str,
    ) -> Result<Option<PendingRegistration>, UserError> {
        // One statement, so that a known address takes as long as an unknown one.
        let newest = registration::Entity::find()
            .inner_join(user::Entity)
            .filter(user::of_email(email.to_owned()))
            .filter(user::Column::EmailVerifiedAt.is_null())
            .order_by_desc(registration::Column::ExpiresAt)
            .order_by_desc(registration::Column::Id)
            .select_only()
            .columns([
                registration::Column::Id,
                registration::Column::HashedPassword,
            ])
            .limit(1)
            .into_model::<PendingRegistration>();
        Ok(newest.row(self.env.pool.read()).await?)
    }
}
