use feira_web::auth::SellerPage;

use super::{Area, Choice, Page};

/// An entry of the navigation.
pub(crate) struct Section {
    pub(crate) key: &'static str,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
    pub(crate) waiting: u32,
}

/// Key and address. The key is also the icon in `static/icons.svg`; the word is `nav-<key>`.
pub(super) const SELLER: &[(&str, &str)] = &[
    ("home", "/seller"),
    ("orders", "/seller/orders"),
    ("products", "/seller/products"),
    ("payouts", "/seller/payouts"),
];
pub(super) const ADMIN: &[(&str, &str)] = &[
    ("overview", "/admin"),
    ("applications", "/admin/applications"),
    ("stores", "/admin/stores"),
    ("sales", "/admin/orders"),
    ("settle", "/admin/payouts"),
    ("books", "/admin/books"),
    ("audit", "/admin/audit"),
    ("events", "/admin/events"),
    ("mailbox", "/admin/mailbox"),
];
/// On a narrow screen the bar at the bottom holds these many, and a menu with the rest.
const BAR: usize = 4;

impl Page {
    fn sections(&self) -> Vec<Section> {
        let all: &[(&'static str, &'static str)] = match self.area {
            Area::Seller => SELLER,
            Area::Admin => ADMIN,
            Area::Public => &[],
        };
        let waiting = |key| {
            self.waiting
                .iter()
                .find(|(k, _)| *k == key)
                .map_or(0, |(_, n)| *n)
        };
        all.iter()
            .map(|&(key, href)| Section {
                key,
                href,
                current: key == self.section,
                waiting: waiting(key),
            })
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
}

/// The stores among which a person may switch.
pub(super) fn switcher(seller: &SellerPage) -> Vec<Choice> {
    if seller.memberships.len() < 2 {
        return Vec::new();
    }
    let here = seller.membership.store;
    let mut stores: Vec<_> = seller.memberships.iter().collect();
    stores.sort_by_key(|membership| membership.store != here);
    stores
        .into_iter()
        .map(|m| Choice::new(m.store.to_string(), m.name.clone()))
        .collect()
}
