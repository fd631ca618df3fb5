//! Signing in by a mailed link, which throttling by others' failures does not prevent. Answers and their
//! times do not reveal whether the person exists. Repeated requests make at most two mails an hour, and
//! the last link stays valid.

use feira_kernel::{Actor, Env, Surface, Time, UserId, db, outbox, values};
use time::Duration;

use super::{
    Service,
    device::{Opened, Place, has_pages},
    link::{lock_login, use_link},
    rows::user_by_id,
    session::{Session, insert},
};
use crate::{
    AccountLinkId, BrowserSession, LinkLogIn, SignInLinkRequest, SignInLinkRequested, Tokens, User,
    UserError,
    entities::{account_link::LinkPurpose, session::Kind},
    throttle::Key,
    validate,
};

const TTL: Duration = Duration::hours(1);
/// How long a link is not replaced; it is then still valid for half an hour.
const AGAIN_AFTER: Duration = Duration::minutes(30);
/// The most unused links of a person, over all surfaces.
const LINKS_KEPT: i64 = 2;

/// A new link.
#[derive(Clone)]
struct NewLink {
    id: AccountLinkId,
    login: String,
    surface: Surface,
    now: Time,
}

impl Service {
    pub(crate) async fn request_sign_in_link(
        &self,
        _: &Actor,
        request: SignInLinkRequest,
    ) -> Result<(), UserError> {
        let login = validate::login(&request.login)?;
        let now = self.env.now();
        // Every request counts as a try, because it may make a mail.
        let keys = Key::of_sign_in_link(request.address.as_deref(), &login);
        self.throttle.admit(keys, now)?;
        let link = NewLink {
            id: AccountLinkId(self.env.uuid()),
            login,
            surface: request.surface,
            now,
        };
        self.env
            .pool
            .transaction((self.env.clone(), link), |tx, (env, link)| {
                Box::pin(async move { add(tx, &env, link).await })
            })
            .await
    }

    pub(crate) async fn log_in_by_link(
        &self,
        _: &Actor,
        log_in: LinkLogIn,
    ) -> Result<Tokens, UserError> {
        let opened = self.open_by_link(Kind::Refresh, log_in).await?;
        self.tokens(opened)
    }

    pub(crate) async fn open_browser_session_by_link(
        &self,
        _: &Actor,
        log_in: LinkLogIn,
    ) -> Result<BrowserSession, UserError> {
        let opened = self.open_by_link(Kind::Browser, log_in).await?;
        Ok(self.browser_session(opened))
    }

    async fn open_by_link(&self, kind: Kind, log_in: LinkLogIn) -> Result<Opened, UserError> {
        let link = self.link_of(&log_in.token, LinkPurpose::SignIn).await?;
        let surface = link.surface.ok_or(UserError::TokenInvalid)?;
        if kind == Kind::Browser {
            has_pages(surface)?;
        }
        let place = Place::of(log_in.device.as_deref(), log_in.address.as_deref());
        let (session, token) = self.new_session(kind, link.user, surface, place);
        let input = (link.id, session.clone(), link.expires_at - TTL);
        let user = self
            .env
            .pool
            .transaction(input, |tx, (link, session, asked_at)| {
                Box::pin(async move { redeem(tx, link, session, asked_at).await })
            })
            .await?;
        Ok(Opened::of(&session, user, token))
    }
}

async fn add(tx: &db::Tx, env: &Env, link: NewLink) -> Result<(), UserError> {
    let expires_at = link.now + TTL;
    lock_login(tx, link.login.clone()).await?;
    let person: Option<UserId> = db::scalar(
        &**tx,
        include_str!("../sql/add_sign_in_link.sql"),
        values![
            link.id,
            link.login,
            link.surface,
            expires_at,
            expires_at - AGAIN_AFTER,
            link.now,
            LINKS_KEPT
        ],
    )
    .await?;
    let event = person.map(|user| SignInLinkRequested {
        link: link.id,
        version: 1,
        user,
        surface: link.surface,
    });
    outbox::publish_if_any(tx, env, event).await?;
    Ok(())
}

/// Redeems the link and opens the device, unless the person was blocked or her password changed since
/// the request.
async fn redeem(
    tx: &db::Tx,
    link: AccountLinkId,
    session: Session,
    asked_at: Time,
) -> Result<User, UserError> {
    let (user, on_admin, now) = (session.user, session.surface == Surface::Admin, session.now);
    use_link(tx, link, LinkPurpose::SignIn, now).await?;
    if !insert(&**tx, session, asked_at).await? {
        return Err(UserError::TokenInvalid);
    }
    let user = user_by_id(&**tx, user).await?;
    let may_enter = |user: &User| !on_admin || !user.roles.is_empty();
    user.filter(may_enter).ok_or(UserError::TokenInvalid)
}
