use actix_web::HttpRequest;
use feira_kernel::{PageRequest, Time};
use feira_store::{StoreFilter, StoreStatus};
use feira_web::{
    auth::{AdminPage, SellerPage},
    state::AppState,
};

use super::{Choice, Flash, Lang, nav};

/// Whose pages these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    Public,
    Seller,
    Admin,
}

/// A step of the way to a page.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// The frame around every page, and the reader's language and habits.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) area: Area,
    pub(crate) title: String,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) csrf: String,
    pub(crate) flash: Option<Flash>,
    pub(crate) user: Option<String>,
    /// The store's name and, unless it is approved, its state.
    pub(crate) store: Option<(String, StoreStatus)>,
    /// Where the person works, this one first, if that is more than one store.
    pub(crate) stores: Vec<Choice>,
    pub(super) section: &'static str,
    pub(super) waiting: Vec<(&'static str, u32)>,
    pub(super) now: Time,
}

impl Page {
    /// A frame without a person.
    pub(crate) fn bare(lang: Lang, area: Area) -> Self {
        Self {
            lang,
            area,
            title: String::new(),
            crumbs: Vec::new(),
            csrf: String::new(),
            flash: None,
            user: None,
            store: None,
            stores: Vec::new(),
            section: "",
            waiting: Vec::new(),
            now: Time::UNIX_EPOCH,
        }
    }

    pub(crate) fn public(request: &HttpRequest, state: &AppState, lang: Lang, area: Area) -> Self {
        Self {
            flash: Flash::of(request, &state.page_key),
            now: state.clock.now(),
            ..Self::bare(lang, area)
        }
    }

    /// The frame of a seller's page, with what waits for her.
    pub(crate) async fn seller(
        request: &HttpRequest,
        state: &AppState,
        seller: &SellerPage,
        section: &'static str,
    ) -> Self {
        // A count that cannot be had is no reason to withhold the page.
        let figures = state.orders.seller_figures(&seller.actor).await;
        let to_ship = figures.map_or(0, |figures| figures.to_ship);
        Self {
            csrf: seller.csrf.clone(),
            user: Some(seller.user.name.clone()),
            store: Some((seller.membership.name.clone(), seller.membership.status)),
            stores: nav::switcher(seller),
            section,
            waiting: vec![("orders", to_ship)],
            ..Self::public(request, state, Lang::of(&seller.user.locale), Area::Seller)
        }
    }

    /// The frame of an operator's page, with what waits for her.
    pub(crate) async fn admin(
        request: &HttpRequest,
        state: &AppState,
        admin: &AdminPage,
        section: &'static str,
    ) -> Self {
        let filter = StoreFilter {
            status: Some(StoreStatus::Pending),
            q: None,
        };
        let stores = state
            .stores
            .list(&admin.actor, filter, PageRequest::first(100))
            .await;
        let applications = stores.map_or(0, |page| page.items.len());
        let behind = state.outboxes.behind(&admin.actor).await;
        let dead = behind.map_or(0, |all| all.dead);
        Self {
            csrf: admin.csrf.clone(),
            user: Some(admin.user.name.clone()),
            section,
            waiting: vec![
                (
                    "applications",
                    u32::try_from(applications).unwrap_or(u32::MAX),
                ),
                ("events", u32::try_from(dead).unwrap_or(u32::MAX)),
            ],
            ..Self::public(request, state, Lang::of(&admin.user.locale), Area::Admin)
        }
    }

    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Adds a step to the way here; the label is the key of a text.
    pub(crate) fn below(self, href: &str, key: &str) -> Self {
        let label = self.t(key);
        self.below_named(href, label)
    }

    pub(crate) fn below_named(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            href: href.into(),
            label: label.into(),
        });
        self
    }

    #[cfg(test)]
    pub(crate) fn sample(lang: Lang, area: Area, section: &'static str, now: Time) -> Self {
        Self {
            csrf: "csrf".to_owned(),
            user: Some("Maria Souza".to_owned()),
            store: (area == Area::Seller)
                .then(|| ("Ateliê da Maria".to_owned(), StoreStatus::Approved)),
            stores: match area {
                Area::Seller => vec![
                    Choice::new("1", "Ateliê da Maria"),
                    Choice::new("2", "Bento"),
                ],
                _ => Vec::new(),
            },
            section,
            waiting: vec![("orders", 3), ("applications", 2), ("events", 1)],
            now,
            ..Self::bare(lang, area)
        }
    }
}
