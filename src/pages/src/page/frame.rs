use std::collections::BTreeMap;

use actix_web::HttpRequest;
use feira_kernel::{Time, UserId};
use feira_store::StoreStatus;
use feira_web::{auth::OPERATORS_ACCOUNT, current::current, state::AppState};

use super::{Choice, Flash, Lang, Registered, Zone, opens};

/// The surface of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    Public,
    Seller,
    Admin,
}

/// A breadcrumb.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// The frame around every page, with the reader's language, time zone and number format.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) area: Area,
    pub(crate) title: String,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) csrf: String,
    /// The current page, for the language switch.
    pub(crate) here: String,
    pub(crate) flash: Option<Flash>,
    pub(crate) user: Option<String>,
    /// The address of her account page.
    pub(crate) account: &'static str,
    /// The store's name and, unless it is approved, its state.
    pub(crate) store: Option<(String, StoreStatus)>,
    /// The reason for the state.
    pub(crate) store_reason: Option<String>,
    /// The person's stores, the current one first, if there are several.
    pub(crate) stores: Vec<Choice>,
    /// The pages in the navigation that the person may open.
    pub(super) pages: Vec<&'static Registered>,
    pub(super) section: &'static str,
    pub(super) waiting: Vec<(&'static str, u32)>,
    /// Names of the people mentioned on the page.
    pub(super) people: BTreeMap<UserId, String>,
    pub(super) now: Time,
    pub(super) zone: Zone,
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
            here: current().page,
            flash: None,
            user: None,
            account: match area {
                Area::Admin => OPERATORS_ACCOUNT,
                Area::Seller | Area::Public => "/account",
            },
            store: None,
            store_reason: None,
            stores: Vec::new(),
            pages: Vec::new(),
            section: "",
            waiting: Vec::new(),
            people: BTreeMap::new(),
            now: Time::UNIX_EPOCH,
            zone: Zone::utc(),
        }
    }

    /// The frame of a page that is there for everybody.
    pub(crate) fn public(request: &HttpRequest, state: &AppState, lang: Lang) -> Self {
        let zone = Zone::named(&state.settings.time_zone);
        Self::of(request, state, lang, Area::Public, zone)
    }

    pub(crate) fn of(
        request: &HttpRequest,
        state: &AppState,
        lang: Lang,
        area: Area,
        zone: Zone,
    ) -> Self {
        Self {
            flash: Flash::of(request, &state.page_key),
            now: state.clock.now(),
            zone,
            ..Self::bare(lang, area)
        }
    }

    /// Sets the navigation for a person's permissions, this page's entry in it, and the counts at its
    /// entries.
    pub(crate) fn among(
        mut self,
        pages: &'static [&'static Registered],
        page: &Registered,
        has: impl Fn(&str) -> bool,
        waiting: Vec<(&'static str, u32)>,
    ) -> Self {
        let all = pages.iter().copied();
        let open = all.filter(|page| opens(pages, page.path, &has));
        self.pages = open.collect();
        self.section = page.section();
        self.waiting = waiting;
        self
    }

    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the title from a text key.
    pub(crate) fn called(self, key: &str) -> Self {
        let title = self.t(key);
        self.titled(title)
    }

    /// Adds a breadcrumb; the label is a text key.
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
    pub(crate) fn sample(lang: Lang, area: Area) -> Self {
        let seller = area == Area::Seller;
        let stores = || {
            vec![
                Choice::new("1", "Ateliê da Maria"),
                Choice::new("2", "Bento"),
            ]
        };
        Self {
            csrf: "csrf".to_owned(),
            user: (area != Area::Public).then(|| "Maria Souza".to_owned()),
            store: seller.then(|| ("Ateliê da Maria".to_owned(), StoreStatus::Approved)),
            stores: seller.then(stores).unwrap_or_default(),
            people: BTreeMap::from([super::samples::maria()]),
            now: super::samples::NOW,
            ..Self::bare(lang, area)
        }
    }
}
