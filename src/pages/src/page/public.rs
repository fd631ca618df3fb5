use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use feira_web::{
    auth::{self, Locale},
    error::PageError,
    extract,
    state::AppState,
};

use super::{Lang, Page};

/// Extractor of pages without a session, with all that a handler needs.
pub(crate) struct PublicPage {
    pub(crate) request: HttpRequest,
    pub(crate) state: Data<AppState>,
    /// As it is written, such as `pt-BR`.
    pub(crate) locale: String,
    pub(crate) lang: Lang,
}

impl FromRequest for PublicPage {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let locale = Locale::from_request(request, payload).into_inner();
        ready(locale.and_then(|locale| {
            Ok(Self {
                request: request.clone(),
                state: auth::state(request)?.clone(),
                lang: Lang::of(&locale.0),
                locale: locale.0,
            })
        }))
    }
}

impl PublicPage {
    /// The frame of a page with this title.
    pub(crate) fn frame(&self, key: &str) -> Page {
        Page::public(&self.request, &self.state, self.lang).called(key)
    }

    /// The client's, for limits.
    pub(crate) fn address(&self) -> Option<String> {
        extract::client_address(&self.request, self.state.settings.trust_proxy)
    }
}
