use actix_web::HttpRequest;
use feira_kernel::{Money, PageRequest, Time, outbox::Lag};
use feira_order::HistoryEntry;
use feira_store::{StoreFilter, StoreStatus};
use futures::future::join_all;

use super::{
    Badge, Flash, Lang, format,
    text::{number, words},
};
use crate::http::{
    assets,
    auth::{AdminPage, SellerPage},
    state::AppState,
};

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

/// An entry of the navigation.
pub(crate) struct Section {
    pub(crate) key: &'static str,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
    pub(crate) waiting: u32,
}

const SELLER: &[(&str, &str)] = &[
    ("home", "/seller"),
    ("orders", "/seller/orders"),
    ("products", "/seller/products"),
    ("payouts", "/seller/payouts"),
];
const ADMIN: &[(&str, &str)] = &[
    ("overview", "/admin"),
    ("applications", "/admin/applications"),
    ("stores", "/admin/stores"),
    ("sales", "/admin/orders"),
    ("settle", "/admin/payouts"),
    ("books", "/admin/books"),
    ("events", "/admin/events"),
    ("mailbox", "/admin/mailbox"),
];
/// On a narrow screen the bar at the bottom holds these many, and a menu with the rest.
const BAR: usize = 4;

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
    section: &'static str,
    waiting: Vec<(&'static str, u32)>,
    now: Time,
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
        let filter = StoreFilter { status: Some(StoreStatus::Pending), q: None };
        let stores = state.stores.list(&admin.actor, filter, PageRequest::first(100)).await;
        let applications = stores.map_or(0, |page| page.items.len());
        let lags = join_all(state.events.iter().map(|(_, env)| Lag::read(env))).await;
        let dead: i64 = lags.into_iter().flatten().map(|lag| lag.dead).sum();
        Self {
            csrf: admin.csrf.clone(),
            user: Some(admin.user.name.clone()),
            section,
            waiting: vec![
                ("applications", u32::try_from(applications).unwrap_or(u32::MAX)),
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
        self.crumbs.push(Crumb { href: href.into(), label: label.into() });
        self
    }

    fn sections(&self) -> Vec<Section> {
        let all: &[(&'static str, &'static str)] = match self.area {
            Area::Seller => SELLER,
            Area::Admin => ADMIN,
            Area::Public => &[],
        };
        let waiting = |key| self.waiting.iter().find(|(k, _)| *k == key).map_or(0, |(_, n)| *n);
        all.iter()
            .map(|&(key, href)| Section { key, href, current: key == self.section, waiting: waiting(key) })
            .collect()
    }

    pub(crate) fn rail(&self) -> Vec<Section> {
        self.sections()
    }

    /// The first sections, for the bar of a narrow screen.
    pub(crate) fn bar(&self) -> Vec<Section> {
        self.sections().into_iter().take(BAR).collect()
    }

    /// The sections that the bar has no room for.
    pub(crate) fn more(&self) -> Vec<Section> {
        self.sections().into_iter().skip(BAR).collect()
    }

    pub(crate) fn home(&self) -> &'static str {
        match self.area {
            Area::Seller => "/seller",
            Area::Admin => "/admin",
            Area::Public => "/",
        }
    }

    pub(crate) fn signed_in(&self) -> bool {
        self.user.is_some()
    }

    pub(crate) fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    pub(crate) fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// A text with a `$name`.
    pub(crate) fn t1(&self, key: &str, name: impl ToString) -> String {
        self.lang.text_with(key, vec![("name", words(name))])
    }

    /// A text with a `$count`, which plurals follow.
    pub(crate) fn tn(&self, key: &str, count: impl ToString) -> String {
        self.lang.text_with(key, vec![("count", number(count))])
    }

    /// A text with a `$count` and a `$name`.
    pub(crate) fn tn1(&self, key: &str, count: impl ToString, name: impl ToString) -> String {
        self.lang.text_with(key, vec![("count", number(count)), ("name", words(name))])
    }

    /// The word for a code such as a failure or an axis' state; the code itself if it has none.
    pub(crate) fn word(&self, kind: &str, code: impl AsRef<str>) -> String {
        let code = code.as_ref();
        self.lang.find(&format!("{kind}-{code}")).unwrap_or_else(|| code.to_owned())
    }

    /// The word of a state.
    pub(crate) fn name(&self, state: &impl Badge) -> String {
        self.t(state.key())
    }

    pub(crate) fn tone(&self, state: &impl Badge) -> &'static str {
        state.tone()
    }

    pub(crate) fn is(&self, state: &impl Badge, key: &str) -> bool {
        state.key() == key
    }

    pub(crate) fn flash_text(&self, flash: &Flash) -> String {
        flash.text(self.lang)
    }

    /// What an entry of an order's history says.
    pub(crate) fn change(&self, entry: &HistoryEntry) -> String {
        let kind = if entry.axis == "status" { "order-status" } else { &entry.axis };
        self.word(kind, &entry.to)
    }

    /// Who did something, from an actor's label.
    pub(crate) fn actor(&self, label: &str) -> String {
        let kind = label.split(':').next().unwrap_or_default();
        self.word("actor", kind)
    }

    pub(crate) fn money(&self, money: &Money) -> String {
        format::money(self.lang, *money)
    }

    /// What is taken off.
    pub(crate) fn minus(&self, money: &Money) -> String {
        format::money(self.lang, money.negated())
    }

    /// An amount as it is typed into a field.
    pub(crate) fn amount(&self, money: &Money) -> String {
        format::amount(self.lang, *money)
    }

    pub(crate) fn number(&self, value: &u64) -> String {
        format::whole_number(self.lang, *value)
    }

    /// With its sign, for changes; nothing for no change.
    pub(crate) fn signed(&self, change: &i64) -> String {
        match change {
            0 => "–".to_owned(),
            1.. => format!("+{change}"),
            _ => change.to_string(),
        }
    }

    pub(crate) fn iso(&self, at: &Time) -> String {
        at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
    }

    pub(crate) fn exact(&self, at: &Time) -> String {
        format::exact(self.lang, *at)
    }

    pub(crate) fn ago(&self, at: &Time) -> String {
        format::relative(self.lang, self.now, *at)
    }

    pub(crate) fn day(&self, iso: &str) -> String {
        format::short_day(self.lang, iso)
    }

    #[cfg(test)]
    pub(crate) fn sample(lang: Lang, area: Area, section: &'static str, now: Time) -> Self {
        Self {
            csrf: "csrf".to_owned(),
            user: Some("Maria Souza".to_owned()),
            store: (area == Area::Seller).then(|| ("Ateliê da Maria".to_owned(), StoreStatus::Approved)),
            section,
            waiting: vec![("orders", 3), ("applications", 2), ("events", 1)],
            now,
            ..Self::bare(lang, area)
        }
    }
}
