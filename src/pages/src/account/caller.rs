use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use feira_kernel::{Actor, Surface, UserId};
use feira_user::SessionId;
use feira_web::{
    auth::{self, OPERATORS_ACCOUNT, PageUser, PersonSession},
    error::PageError,
    state::AppState,
};

use crate::page::{Area, Lang, Page, Zone};

/// Extractor of account pages: the signed-in person, with all that a handler needs.
pub(super) struct PersonPage {
    pub(super) request: HttpRequest,
    pub(super) state: Data<AppState>,
    pub(super) id: UserId,
    pub(super) actor: Actor,
    pub(super) session: SessionId,
    pub(super) lang: Lang,
    surface: Surface,
    user: PageUser,
    csrf: String,
}

impl FromRequest for PersonPage {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = PersonSession::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let session = session.await?;
            let state = auth::state(&request)?.clone();
            Ok(Self {
                lang: Lang::of(&session.user.locale),
                id: session.id,
                actor: session.actor,
                session: session.session,
                surface: session.surface,
                user: session.user,
                csrf: session.csrf,
                request,
                state,
            })
        })
    }
}

impl PersonPage {
    /// The start page of the person's surface.
    pub(super) fn home(&self) -> &'static str {
        match self.surface {
            Surface::Admin => "/admin",
            _ => "/seller",
        }
    }

    /// The page of her account.
    pub(super) fn account(&self) -> &'static str {
        match self.surface {
            Surface::Admin => OPERATORS_ACCOUNT,
            _ => "/account",
        }
    }

    /// The frame of a page with this title.
    pub(super) fn frame(&self, key: &str) -> Page {
        let zone = Zone::named(&self.state.settings.time_zone);
        let p = Page::of(&self.request, &self.state, self.lang, Area::Public, zone);
        let mut p = p.called(key);
        p.csrf.clone_from(&self.csrf);
        p.user = Some(self.user.name.clone());
        p.account = self.account();
        p
    }
}

#[cfg(test)]
pub(super) fn frame(lang: Lang, key: &str) -> Page {
    let mut p = Page::sample(lang, Area::Public).called(key);
    p.user = Some("Maria Souza".to_owned());
    p
}
