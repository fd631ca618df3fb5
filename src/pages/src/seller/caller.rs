//! The extractor of sellers' pages, and their frame.

use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use feira_kernel::Actor;
use feira_store::{Membership, StoreKey, StoreStatus};
use feira_web::{
    auth::{self, PageUser, SellerSession},
    error::PageError,
    state::AppState,
};

use super::PAGES;
use crate::page::{Area, Caller, Lang, Page, PageCaller, Registered, Zone, opens, switcher};

/// The signed-in member of a store, with all that a handler needs.
pub(crate) struct SellerPage {
    pub(crate) request: HttpRequest,
    pub(crate) state: Data<AppState>,
    pub(crate) actor: Actor,
    pub(crate) membership: Membership,
    pub(crate) memberships: Vec<Membership>,
    pub(crate) lang: Lang,
    /// The store's time zone.
    zone: Zone,
    user: PageUser,
    csrf: String,
}

impl FromRequest for SellerPage {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = SellerSession::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let session = session.await?;
            let pattern = request.match_pattern().unwrap_or_default();
            let has = |one: &str| session.actor.seller_store(one).is_some();
            if !opens(PAGES, &pattern, has) {
                return Err(PageError::forbidden("your role does not open this page"));
            }
            let state = auth::state(&request)?.clone();
            Ok(Self {
                lang: Lang::of(&session.user.locale),
                zone: Zone::named(&session.membership.time_zone),
                actor: session.actor,
                membership: session.membership,
                memberships: session.memberships,
                user: session.user,
                csrf: session.csrf,
                request,
                state,
            })
        })
    }
}

impl SellerPage {
    /// The frame of a page, with what waits for her.
    pub(crate) async fn frame(&self, page: &Registered) -> Page {
        // The page is shown without the count if it cannot be had.
        let figures = self.state.orders.seller_figures(&self.actor).await;
        let to_ship = figures.map_or(0, |figures| figures.to_ship);
        let here = &self.membership;
        let zone = self.zone.clone();
        let p = Page::of(&self.request, &self.state, self.lang, Area::Seller, zone);
        let has = |permission: &str| self.actor.seller_store(permission).is_some();
        let mut p = p.among(PAGES, page, has, vec![("orders", to_ship)]);
        p.csrf.clone_from(&self.csrf);
        p.user = Some(self.user.name.clone());
        p.store = Some((here.name.clone(), here.status));
        p.stores = switcher(here, &self.memberships);
        if here.status != StoreStatus::Approved {
            // The same for the reason.
            let key = StoreKey::Id(here.store);
            let store = self.state.stores.store(&self.actor, key).await;
            p.store_reason = store.ok().and_then(|store| store.status_reason);
        }
        p
    }
}

impl PageCaller for SellerPage {
    fn caller(&self) -> Caller<'_> {
        Caller {
            request: &self.request,
            state: &self.state,
            actor: &self.actor,
            lang: self.lang,
        }
    }

    async fn framed(&self, page: &Registered) -> Page {
        self.frame(page).await
    }
}

#[cfg(test)]
pub(super) fn frame(lang: Lang, page: &Registered) -> Page {
    Page::sample(lang, Area::Seller).among(PAGES, page, |_| true, vec![("orders", 3)])
}
