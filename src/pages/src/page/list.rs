use feira_kernel::{Cursor, PageRequest};
use feira_web::cursor::List;
use serde::Deserialize;

use super::{Choice, Fields, query};

/// A list's query: its filters and its cursor.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Wanted(Fields);

impl Wanted {
    /// Trimmed; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }

    /// `None` when nothing was typed.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.0.optional(name)
    }

    /// The place that the cursor leads to; none, which is the beginning, if it was given with other filters.
    pub(crate) fn place(&self) -> Option<Cursor> {
        let sent = self.optional("cursor")?;
        list(&self.0.pairs()).taken(&sent).ok()
    }

    /// The page request at that place.
    pub(crate) fn part(&self) -> PageRequest {
        PageRequest::new(None, self.place()).unwrap_or_default()
    }

    /// The address of the same part of the list.
    pub(crate) fn at(&self, path: &str) -> String {
        query(path, &self.0.pairs())
    }

    #[cfg(test)]
    pub(crate) fn sample(filters: &[(&str, &str)]) -> Self {
        let fields = filters
            .iter()
            .fold(Fields::default(), |all, (name, value)| {
                all.with(name, *value)
            });
        Self(fields)
    }
}

/// Identifies the list for its cursors; empty filters do not count.
fn list(filters: &[(&str, &str)]) -> List {
    let used = filters.iter().filter(|(_, value)| !value.is_empty());
    let used = used.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    List::of("", used.collect())
}

/// A list without its rows: filters, links to the first and the next part, and the text for an empty
/// list. Shown by the macros `filters`, `rows` and `pagination`.
#[derive(Debug)]
pub(crate) struct ListView {
    pub(crate) path: String,
    pub(crate) filters: Vec<Filter>,
    /// Whether the rows are updated while typing.
    pub(crate) live: bool,
    pub(crate) empty: Option<Empty>,
    wanted: Wanted,
    next: Option<Cursor>,
}

/// A query parameter that links keep: hidden, a search field or a select.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) label: Option<String>,
    pub(crate) choices: Vec<Choice>,
    /// Of a field to type in.
    pub(crate) kind: &'static str,
}

/// The text of an empty list, with a link.
#[derive(Debug)]
pub(crate) struct Empty {
    pub(crate) text: String,
    pub(crate) href: &'static str,
    pub(crate) label: String,
}

impl ListView {
    pub(crate) fn new(path: impl Into<String>, wanted: Wanted, next: Option<Cursor>) -> Self {
        Self {
            path: path.into(),
            filters: Vec::new(),
            live: false,
            empty: None,
            wanted,
            next,
        }
    }

    pub(crate) fn search(self, name: &'static str, label: String) -> Self {
        self.select(name, label, Vec::new())
    }

    /// A field for a day.
    pub(crate) fn day(self, name: &'static str, label: String) -> Self {
        let mut list = self.search(name, label);
        if let Some(filter) = list.filters.last_mut() {
            filter.kind = "date";
        }
        list
    }

    pub(crate) fn select(mut self, name: &'static str, label: String, all: Vec<Choice>) -> Self {
        self.filters.push(Filter {
            name,
            value: self.wanted.get(name).to_owned(),
            label: Some(label),
            choices: all,
            kind: "search",
        });
        self
    }

    /// A hidden filter with its current value.
    pub(crate) fn keep(mut self, name: &'static str, value: &str) -> Self {
        self.filters.push(Filter {
            name,
            value: value.to_owned(),
            label: None,
            choices: Vec::new(),
            kind: "hidden",
        });
        self
    }

    pub(crate) fn live(mut self) -> Self {
        self.live = true;
        self
    }

    pub(crate) fn is_filtered(&self) -> bool {
        self.filters.iter().any(|filter| !filter.value.is_empty())
    }

    /// The text of an empty list, if this one is empty.
    pub(crate) fn none(self, items: &[impl Sized], text: String) -> Self {
        self.none_but(items, text, "", String::new())
    }

    pub(crate) fn none_but(
        mut self,
        items: &[impl Sized],
        text: String,
        href: &'static str,
        label: String,
    ) -> Self {
        self.empty = items.is_empty().then_some(Empty { text, href, label });
        self
    }

    /// The address of the first part, on any later one.
    pub(crate) fn first(&self) -> Option<String> {
        self.wanted
            .optional("cursor")
            .map(|_| self.at(&self.path, ""))
    }

    pub(crate) fn next(&self) -> Option<String> {
        let next = self.next.as_ref()?;
        let cursor = list(&self.parameters()).given(next);
        Some(self.at(&self.path, &cursor))
    }

    /// The query that forms among the rows append to their addresses, so that each leads back to the
    /// same part.
    pub(crate) fn place(&self) -> String {
        self.at("", self.wanted.get("cursor"))
    }

    fn at(&self, path: &str, cursor: &str) -> String {
        let mut parameters = self.parameters();
        parameters.push(("cursor", cursor));
        query(path, &parameters)
    }

    fn parameters(&self) -> Vec<(&str, &str)> {
        let filters = self.filters.iter();
        filters.map(|one| (one.name, one.value.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_on_with_the_filters_that_it_was_given_with() {
        let wanted = Wanted::sample(&[("q", " chá ")]);
        let first = ListView::new("/a", wanted, Some(Cursor::encode(&7)))
            .keep("tab", "all")
            .search("q", "Search".to_owned());
        let next = first.next().unwrap();
        let (_, cursor) = next.rsplit_once('=').unwrap();
        for (sent, same) in [
            (vec![("tab", "all"), ("q", "chá")], true),
            (vec![("q", "chá "), ("tab", "all"), ("status", "")], true),
            (vec![("tab", "all"), ("q", "mate")], false),
            (vec![("tab", "all")], false),
            (vec![("tab", "all"), ("q", "chá"), ("status", "x")], false),
        ] {
            let mut with = sent.clone();
            with.push(("cursor", cursor));
            let place = Wanted::sample(&with).part().after::<u8>();
            assert_eq!(place.unwrap(), same.then_some(7), "{sent:?}");
        }
    }

    #[test]
    fn links_keep_the_filters_and_lead_on_and_back() {
        let list = |wanted: &[(&str, &str)], next: Option<&str>| {
            let next = next.map(|cursor| Cursor(cursor.to_owned()));
            ListView::new("/a", Wanted::sample(wanted), next)
                .keep("tab", "all")
                .search("q", "Search".to_owned())
        };
        let only = list(&[("q", "x"), ("other", "y")], None);
        assert_eq!((only.first(), only.next()), (None, None));
        let start = list(&[("q", " chá ")], Some("c2"));
        assert_eq!(start.first(), None);
        let next = start.next().unwrap();
        let cursor = next.strip_prefix("/a?tab=all&q=ch%C3%A1&cursor=").unwrap();
        assert!(cursor.starts_with("c2."), "{cursor}");
        let later = list(&[("cursor", "c2")], None);
        assert_eq!(later.first().as_deref(), Some("/a?tab=all"));
        assert_eq!(
            (start.place().as_str(), later.place().as_str()),
            ("?tab=all&q=ch%C3%A1", "?tab=all&cursor=c2")
        );
        let sent = Wanted::sample(&[("tab", "all"), ("cursor", "c2")]);
        assert_eq!(sent.at("/a"), "/a?cursor=c2&tab=all");
        assert!(list(&[], None).none(&[1], String::new()).empty.is_none());
        let none: [u8; 0] = [];
        assert!(list(&[], None).none(&none, String::new()).empty.is_some());
    }
}
