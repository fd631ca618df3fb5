//! Names of the people mentioned on a page.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::UserId;
use feira_web::{auth::GATEWAY, state::AppState};

use super::Page;

type People = BTreeMap<UserId, String>;

/// The module's limit of a batch.
const MOST: usize = 100;

/// A page is shown without names if they cannot be looked up.
pub(crate) async fn people(state: &AppState, ids: impl IntoIterator<Item = UserId>) -> People {
    let ids: BTreeSet<UserId> = ids.into_iter().take(MOST).collect();
    if ids.is_empty() {
        return People::new();
    }
    let found = state.users.users(&GATEWAY, ids.into_iter().collect()).await;
    let named = found.unwrap_or_default().into_iter().map(|user| {
        let name = format!("{} {}", user.first_name, user.last_name);
        (user.id, name.trim().to_owned())
    });
    named.filter(|(_, name)| !name.is_empty()).collect()
}

/// The person among actors' labels, as histories keep them: `user:<id>`.
pub(crate) fn person_of(label: &str) -> Option<UserId> {
    let id = label.strip_prefix("user:")?.parse().ok()?;
    Some(UserId(id))
}

impl Page {
    /// Sets the names of people mentioned on the page.
    pub(crate) fn knowing(mut self, people: People) -> Self {
        self.people = people;
        self
    }

    pub(crate) fn person(&self, id: UserId) -> Option<String> {
        self.people.get(&id).cloned()
    }

    /// The name for an actor's label.
    pub(crate) fn actor(&self, label: &str) -> String {
        let known = person_of(label).and_then(|id| self.person(id));
        let kind = label.split(':').next().unwrap_or_default();
        known.unwrap_or_else(|| self.word("actor", kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Area, Lang};

    #[test]
    fn an_actor_is_named_where_her_name_is_known() {
        let (maria, gone) = (uuid::Uuid::from_u128(4), uuid::Uuid::from_u128(5));
        for (lang, person, buyer) in [
            (Lang::En, "A person", "The buyer"),
            (Lang::PtBr, "Uma pessoa", "O comprador"),
        ] {
            let page = Page::sample(lang, Area::Seller);
            assert_eq!(page.actor(&format!("user:{maria}")), "Maria Souza");
            assert_eq!(page.actor(&format!("user:{gone}")), person);
            assert_eq!(page.actor("user:"), person);
            assert_eq!(page.actor("guest"), buyer);
            assert_eq!(page.actor("system:order"), "Feira");
        }
    }
}
