use actix_web::{
    Route,
    web::{ServiceConfig, resource},
};

/// A page, registered once in the list of its surface. From there come its routes, its place in
/// the navigation, what the tests look at and what the browser opens.
#[derive(Debug)]
pub(crate) struct Registered {
    /// Before a page whose path would match this one as well.
    pub(crate) path: &'static str,
    pub(crate) place: Place,
    pub(crate) show: fn() -> Route,
    /// Its further routes: forms and framed content.
    pub(crate) actions: &'static [Action],
    /// Samples of the page for the tests, by name.
    #[cfg(test)]
    pub(crate) samples: super::samples::Samples,
}

/// A page's place in the navigation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// An entry of its own. The key is also the icon in `static/icons.svg`; the word is
    /// `nav-<key>`. Who has one of the permissions may open it and what is below; everybody, where
    /// none is named.
    Section(&'static str, &'static [&'static str]),
    /// Below the entry with this key.
    Below(&'static str),
    /// The same, for who has one of the permissions: what is seldom looked for, and only led to.
    Apart(&'static str, &'static [&'static str]),
    /// Pages without a navigation.
    Outside,
}

/// A route that belongs to a page.
#[derive(Debug)]
pub(crate) struct Action {
    pub(super) path: &'static str,
    route: fn() -> Route,
    /// Whether its form says which version it shows; for the tests.
    #[cfg(test)]
    pub(super) edits: bool,
}

impl Action {
    /// What its form has fields for overwrites what it shows, of the version that it says.
    pub(crate) const fn at(path: &'static str, route: fn() -> Route) -> Self {
        Self {
            path,
            route,
            #[cfg(test)]
            edits: true,
        }
    }

    /// Its form shows nothing that is kept, so that nothing is overwritten unseen: what it adds or asks is new,
    /// or a step that the module holds against the state.
    pub(crate) const fn blank(path: &'static str, route: fn() -> Route) -> Self {
        Self {
            path,
            route,
            #[cfg(test)]
            edits: false,
        }
    }
}

/// Whether a person with these permissions may open a route of these pages.
pub(crate) fn opens(pages: &[&Registered], pattern: &str, has: impl Fn(&str) -> bool) -> bool {
    let Some(here) = pages.iter().find(|page| page.has(pattern)) else {
        return true;
    };
    pages.iter().all(|page| match page.place {
        Place::Section(key, needed) if key == here.section() => {
            needed.is_empty() || needed.iter().any(|one| has(one))
        }
        Place::Apart(_, needed) if page.path == here.path => needed.iter().any(|one| has(one)),
        _ => true,
    })
}

impl Registered {
    fn has(&self, pattern: &str) -> bool {
        let mut actions = self.actions.iter();
        self.path == pattern || actions.any(|action| action.path == pattern)
    }

    /// The key of the entry that is current on this page.
    pub(super) fn section(&self) -> &'static str {
        match self.place {
            Place::Section(key, _) | Place::Below(key) | Place::Apart(key, _) => key,
            Place::Outside => "",
        }
    }

    pub(crate) fn configure(&self, cfg: &mut ServiceConfig) {
        let mut page = resource(self.path).route((self.show)());
        for action in self.actions {
            let route = (action.route)();
            if action.path == self.path {
                page = page.route(route);
            } else {
                cfg.service(resource(action.path).route(route));
            }
        }
        cfg.service(page);
    }
}
