//! The extractor of operators' pages, and their frame.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use feira_kernel::{Actor, PageRequest, StoreId};
use feira_store::{StoreFilter, StoreStatus};
use feira_web::{
    auth::{self, AdminSession, GATEWAY, PageUser},
    error::PageError,
    state::AppState,
};

use super::PAGES;
use crate::page::{Area, Caller, Lang, Page, PageCaller, Registered, Zone, opens};

/// Stores looked up in one call.
const BATCH: usize = 100;

/// The signed-in operator, with all that a handler needs.
pub(crate) struct AdminPage {
    pub(crate) request: HttpRequest,
    pub(crate) state: Data<AppState>,
    pub(crate) actor: Actor,
    pub(crate) lang: Lang,
    /// The marketplace's time zone.
    pub(crate) zone: Zone,
    user: PageUser,
    csrf: String,
}

impl FromRequest for AdminPage {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = AdminSession::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let session = session.await?;
            let pattern = request.match_pattern().unwrap_or_default();
            if !opens(PAGES, &pattern, |one| session.actor.is_operator(one)) {
                return Err(PageError::forbidden("your role does not open this page"));
            }
            let state = auth::state(&request)?.clone();
            Ok(Self {
                lang: Lang::of(&session.user.locale),
                zone: Zone::named(&state.settings.time_zone),
                actor: session.actor,
                user: session.user,
                csrf: session.csrf,
                request,
                state,
            })
        })
    }
}

impl AdminPage {
    /// The names of these stores; one that does not exist is left out.
    pub(crate) async fn store_names(
        &self,
        ids: impl Iterator<Item = StoreId>,
    ) -> Result<BTreeMap<StoreId, String>, PageError> {
        let ids: BTreeSet<StoreId> = ids.collect();
        let ids: Vec<StoreId> = ids.into_iter().collect();
        let mut names = BTreeMap::new();
        for ids in ids.chunks(BATCH) {
            let found = self.state.stores.stores(&GATEWAY, ids.to_vec()).await?;
            names.extend(found.into_iter().map(|store| (store.id, store.name)));
        }
        Ok(names)
    }

    /// The frame of a page, with what waits for an operator.
    pub(crate) async fn frame(&self, page: &Registered) -> Page {
        let filter = StoreFilter {
            status: Some(StoreStatus::Pending),
            q: None,
        };
        let first = PageRequest::first(100);
        let stores = self.state.stores.list(&self.actor, filter, first).await;
        let applications = stores.map_or(0, |page| page.items.len());
        let behind = self.state.outboxes.behind(&self.actor).await;
        let dead = behind.map_or(0, |all| all.dead);
        let waiting = vec![
            (
                "applications",
                u32::try_from(applications).unwrap_or(u32::MAX),
            ),
            ("overview", u32::try_from(dead).unwrap_or(u32::MAX)),
        ];
        let zone = self.zone.clone();
        let p = Page::of(&self.request, &self.state, self.lang, Area::Admin, zone);
        let has = |permission: &str| self.actor.is_operator(permission);
        let mut p = p.among(PAGES, page, has, waiting);
        p.csrf.clone_from(&self.csrf);
        p.user = Some(self.user.name.clone());
        p
    }
}

impl PageCaller for AdminPage {
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
    let waiting = vec![("applications", 2), ("overview", 1)];
    Page::sample(lang, Area::Admin).among(PAGES, page, |_| true, waiting)
}
