//! Changes of a person's own account. They need the password, which the thief of a session does not
//! know.

use feira_kernel::{
    Actor, Env, FieldError, Time, UserId,
    db::{self, Change, Find},
    outbox,
    validate::TAKEN,
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use time::Duration;

use super::{
    Service,
    credentials::bounded,
    link::{Touched, forget_links, use_link},
    recovery::{NewPassword, set_password},
    session::revoke_others,
};
use crate::{
    AccountLinkId, EmailChange, EmailChangeAsked, PasswordChange, UserError, UserStatus, access,
    entities::{account_link::LinkPurpose, registration, user},
    field_codes::WRONG_PASSWORD,
    password::Verdict,
    revocations::Revocations,
    throttle::Key,
    validate,
};

/// Changes of address per person and day, because each mails an address of her choice.
const ASKED_A_DAY: i64 = 5;
/// In seconds.
const A_DAY: u32 = 24 * 60 * 60;

/// A new address that is not confirmed yet.
#[derive(Clone)]
struct OtherEmail {
    link: AccountLinkId,
    user: UserId,
    email: String,
    now: Time,
    expires_at: Time,
}

impl Service {
    pub(crate) async fn change_password(
        &self,
        actor: &Actor,
        change: PasswordChange,
    ) -> Result<(), UserError> {
        let person = access::person(actor)?;
        let row = self
            .confirmed_herself(person, "/current_password", change.current_password)
            .await?;
        validate::new_password("/new_password", &change.new_password, &row.email)?;
        let new = NewPassword {
            hashed: self.hasher.hash(change.new_password).await?,
            compared: row.hashed_password.map(|hash| hash.0),
            kept: Some(change.session),
            now: self.env.now(),
            revocations: self.revocations.clone(),
        };
        self.env
            .pool
            .transaction((self.env.clone(), person, new), |tx, (env, person, new)| {
                Box::pin(async move { set_password(tx, &env, person, new).await })
            })
            .await
    }

    pub(crate) async fn change_email(
        &self,
        actor: &Actor,
        change: EmailChange,
    ) -> Result<(), UserError> {
        let person = access::person(actor)?;
        let email = validate::email_change(&change)?;
        let row = self
            .confirmed_herself(person, "/password", change.password)
            .await?;
        if row.email.eq_ignore_ascii_case(&email) {
            return Err(FieldError::new("/email", TAKEN, "this is your address").into());
        }
        let now = self.env.now();
        let other = OtherEmail {
            link: AccountLinkId(self.env.uuid()),
            user: person,
            email,
            now,
            expires_at: now + self.settings.confirmation_ttl,
        };
        self.env
            .pool
            .transaction((self.env.clone(), other), |tx, (env, other)| {
                Box::pin(async move { ask_for_email(tx, &env, other).await })
            })
            .await
    }

    pub(crate) async fn confirm_password(
        &self,
        actor: &Actor,
        user: UserId,
        password: String,
    ) -> Result<(), UserError> {
        if !access::may_confirm(actor) {
            return Err(UserError::Forbidden);
        }
        let confirmed = self.confirmed_herself(user, "/password", password).await;
        confirmed.map(drop)
    }

    /// Gives the account the address that a link was mailed to.
    pub(super) async fn confirm_other_email(&self, token: &str) -> Result<(), UserError> {
        let link = self.link_of(token, LinkPurpose::ChangeEmail).await?;
        let input = (link.id, self.env.now(), self.revocations.clone());
        self.env
            .pool
            .transaction(input, |tx, (id, now, revocations)| {
                Box::pin(async move { take_email(tx, id, now, &revocations).await })
            })
            .await
    }

    /// The person's row, if the password is right.
    async fn confirmed_herself(
        &self,
        person: UserId,
        pointer: &str,
        password: String,
    ) -> Result<user::Model, UserError> {
        let keys = Key::of_own_password(person);
        let admission = self.throttle.admit(keys, self.env.now())?;
        let found = user::Entity::find_by_id(person);
        let row = found.row(self.env.pool.read()).await?;
        let row = row.ok_or(UserError::NotFound)?;
        let kept = row.hashed_password.clone().map(|hash| hash.0);
        let verdict = self.hasher.verify(bounded(password), kept).await;
        if !matches!(verdict, Ok(Verdict::Wrong)) {
            admission.take_back();
        }
        match verdict? {
            Verdict::Right { .. } => Ok(row),
            Verdict::Wrong => {
                let detail = "this is not your password";
                Err(FieldError::new(pointer, WRONG_PASSWORD, detail).into())
            }
        }
    }
}

async fn ask_for_email(tx: &db::Tx, env: &Env, other: OtherEmail) -> Result<(), UserError> {
    let link = other.link;
    let person: Option<Touched> = db::optional(
        &**tx,
        include_str!("../sql/add_email_link.sql"),
        values![
            link,
            other.user,
            other.email,
            other.expires_at,
            other.now,
            other.now - Duration::seconds(A_DAY.into()),
            ASKED_A_DAY
        ],
    )
    .await?;
    let Touched { id: user, version } =
        person.ok_or(UserError::TooManyTries { retry_after: A_DAY })?;
    let event = EmailChangeAsked {
        user,
        version,
        link,
    };
    outbox::publish(tx, env, &event).await?;
    Ok(())
}

/// Gives the account the new address and signs out all its devices.
async fn take_email(
    tx: &db::Tx,
    id: AccountLinkId,
    now: Time,
    revocations: &Revocations,
) -> Result<(), UserError> {
    let used = use_link(tx, id, LinkPurpose::ChangeEmail, now).await?;
    // An unconfirmed registration of the address is removed: whoever made it did not prove to own it.
    let unverified = user::Entity::find()
        .filter(user::of_email(used.email.clone()))
        .filter(user::Column::EmailVerifiedAt.is_null())
        .lock_exclusive();
    if let Some(user::Model { id: unverified, .. }) = unverified.row(&**tx).await? {
        let waiting = registration::Entity::delete_many();
        let waiting = waiting.filter(registration::Column::UserId.eq(unverified));
        waiting.run(&**tx).await?;
        let place = user::Entity::delete_many().filter(user::Column::Id.eq(unverified));
        place.run(&**tx).await?;
    }
    let taken = user::Entity::update_many()
        .set(user::ActiveModel {
            email: Set(used.email),
            email_verified_at: Set(Some(now)),
            // What she signed in by before is old.
            credentials_changed_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        })
        .col_expr(user::Column::Version, user::next_version())
        .filter(user::Column::Id.eq(used.user_id))
        .filter(user::Column::Status.eq(UserStatus::Active));
    let taken = taken.run(&**tx).await;
    let taken = taken.map_err(|error| match error.violates("users_email_key") {
        // Another account has confirmed the address meanwhile.
        true => UserError::TokenInvalid,
        false => error.into(),
    })?;
    if taken == 0 {
        return Err(UserError::TokenInvalid);
    }
    forget_links(tx, used.user_id).await?;
    revoke_others(tx, revocations, (used.user_id, None), now).await
}
