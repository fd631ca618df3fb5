use feira_store::Membership;

use super::{Area, Choice, Page, Place};

/// An entry of the navigation.
pub(crate) struct Section {
    pub(crate) key: &'static str,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
    pub(crate) waiting: u32,
}

/// Entries in the bottom bar of a narrow screen; the rest are in its menu.
const BAR: usize = 4;

impl Page {
    fn sections(&self) -> Vec<Section> {
        let waiting = |key| {
            self.waiting
                .iter()
                .find(|(k, _)| *k == key)
                .map_or(0, |(_, n)| *n)
        };
        let section = |key, href| Section {
            key,
            href,
            current: key == self.section,
            waiting: waiting(key),
        };
        let pages = self.pages.iter();
        pages
            .filter_map(|page| match page.place {
                Place::Section(key, _) => Some(section(key, page.path)),
                Place::Below(_) | Place::Apart(..) | Place::Outside => None,
            })
            .collect()
    }

    /// Whether the person may open the page at this path.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.pages.iter().any(|page| page.path == path)
    }

    pub(crate) fn rail(&self) -> Vec<Section> {
        self.sections()
    }

    /// The first sections, for the bar of a narrow screen.
    pub(crate) fn bar(&self) -> Vec<Section> {
        self.sections().into_iter().take(BAR).collect()
    }

    /// The sections in the bar's menu.
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

    /// Whether the page is one of those among which the navigation leads.
    pub(crate) fn has_navigation(&self) -> bool {
        self.user.is_some() && self.area != Area::Public
    }
}

/// The stores among which a person may switch.
pub(crate) fn switcher(here: &Membership, memberships: &[Membership]) -> Vec<Choice> {
    if memberships.len() < 2 {
        return Vec::new();
    }
    let mut stores: Vec<_> = memberships.iter().collect();
    stores.sort_by_key(|membership| membership.store != here.store);
    stores
        .into_iter()
        .map(|m| Choice::new(m.store.to_string(), m.name.clone()))
        .collect()
}
