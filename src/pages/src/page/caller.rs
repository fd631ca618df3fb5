//! Who asks for a page that operators and sellers have alike.

use actix_web::{FromRequest, HttpRequest};
use feira_kernel::Actor;
use feira_web::state::AppState;

use super::{Lang, Page, Registered};

/// Of who asks, what all pages need.
pub(crate) struct Caller<'a> {
    pub(crate) request: &'a HttpRequest,
    pub(crate) state: &'a AppState,
    pub(crate) actor: &'a Actor,
    pub(crate) lang: Lang,
}

/// An operator, or a member of a store.
pub(crate) trait PageCaller: FromRequest + 'static {
    fn caller(&self) -> Caller<'_>;

    async fn framed(&self, page: &Registered) -> Page;
}
