//! A provider as somebody configured it: in a file, by the environment, or on the page.

use std::{collections::BTreeMap, fmt};

use feira_kernel::{Secret, StoreId};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::fields::{Field, STORES};
use crate::{Entered, KindName};

/// A kind, and the values of its fields. `Debug`, and whoever lists settings, sees no secret.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ProviderConfig {
    pub kind: KindName,
    #[serde(flatten)]
    given: BTreeMap<String, Given>,
}

/// A value as it was given.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Given {
    Text(String),
    List(Vec<String>),
}

/// The field of the secret before the one of this field.
pub(crate) fn previous(name: &str) -> String {
    format!("{name}_previous")
}

/// How the settings show a secret.
const HIDDEN: &str = "(a secret)";

impl ProviderConfig {
    pub fn new(kind: KindName) -> Self {
        Self {
            kind,
            given: BTreeMap::new(),
        }
    }

    /// With this text, or a list of its lines where the field is one.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        let list = self
            .kind
            .field(name)
            .is_some_and(|field| field.form.is_list());
        let value = match list {
            true => {
                let lines = text.split(['\n', ',']).map(str::trim);
                let lines = lines.filter(|line| !line.is_empty());
                Given::List(lines.map(str::to_owned).collect())
            }
            false => Given::Text(text.to_owned()),
        };
        self.given.insert(name.to_owned(), value);
        self
    }

    /// Of what an operator typed.
    pub(crate) fn entered(kind: KindName, entered: &Entered) -> Self {
        Self::new(kind).over(entered)
    }

    /// With what an operator typed over it: a secret that she left empty stays as it is.
    pub(crate) fn over(mut self, entered: &Entered) -> Self {
        for (name, value) in &entered.0 {
            let secret = self.hides(name) && self.kind.field(name).is_some();
            match value {
                None => {
                    self.given.remove(name);
                }
                Some(text) if secret && text.is_empty() => {}
                Some(text) => self = self.with(name, text),
            }
        }
        self
    }

    /// Of settings that a table keeps, and secrets that are kept beside them.
    pub(crate) fn kept(
        kind: KindName,
        settings: BTreeMap<String, Given>,
        secrets: BTreeMap<String, Secret>,
    ) -> Self {
        let mut given = settings;
        let secrets = secrets.into_iter();
        given.extend(secrets.map(|(name, secret)| {
            let text = secret.reveal().to_owned();
            (name, Given::Text(text))
        }));
        Self { kind, given }
    }

    /// What is no secret, as a table keeps it.
    pub(crate) fn open(&self) -> BTreeMap<String, Given> {
        let open = self.given.iter().filter(|(name, _)| !self.hides(name));
        open.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Secrets that are there.
    pub(crate) fn secrets(&self) -> BTreeMap<String, Secret> {
        let known = self.kind.fields().iter();
        let secret = known.filter(|field| field.form.is_secret());
        let there = secret.filter(|field| !self.text(field.name).is_empty());
        there
            .map(|field| (field.name.to_owned(), Secret::new(self.text(field.name))))
            .collect()
    }

    /// Unless the table of the kind says that it may be shown, a value is not.
    fn hides(&self, name: &str) -> bool {
        let field = self.kind.field(name);
        field.is_none_or(|field| field.form.is_secret())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.given.keys().map(String::as_str)
    }

    pub(crate) fn has_wrong_form(&self, field: &Field) -> bool {
        match self.given.get(field.name) {
            None => false,
            Some(Given::Text(_)) => field.form.is_list(),
            Some(Given::List(_)) => !field.form.is_list(),
        }
    }

    /// Its default where it is absent.
    pub fn text(&self, name: &str) -> &str {
        let field = self.kind.field(name);
        let is_choice = field.is_some_and(|field| !field.form.words().is_empty());
        match self.given.get(name) {
            // No choice is the default, as a form sends it whose field is not there.
            Some(Given::Text(text)) if !(is_choice && text.is_empty()) => text,
            Some(Given::List(_)) => "",
            _ => field.map_or("", |field| field.default),
        }
    }

    /// The same of a secret: a name of its own, so that it is seen where one is used.
    pub(crate) fn secret(&self, name: &str) -> &str {
        self.text(name)
    }

    /// This secret, and the one before it while notifications by either are taken; none that is empty.
    pub(crate) fn rotating(&self, name: &str) -> Vec<String> {
        let both = [self.secret(name), self.secret(&previous(name))];
        let set = both.into_iter().filter(|secret| !secret.is_empty());
        set.map(str::to_owned).collect()
    }

    pub fn list(&self, name: &str) -> &[String] {
        match self.given.get(name) {
            Some(Given::List(items)) => items,
            _ => &[],
        }
    }

    /// Whose payments it takes, once it was checked; empty: everybody's.
    pub fn stores(&self) -> Vec<StoreId> {
        let ids = self.list(STORES.name).iter();
        ids.filter_map(|text| text.parse().ok().map(StoreId))
            .collect()
    }

    /// As texts: what can be shown again.
    pub(crate) fn shown(&self) -> BTreeMap<String, String> {
        let text = |value: &Given| match value {
            Given::Text(text) => text.clone(),
            Given::List(items) => items.join("\n"),
        };
        let open = self.given.iter().filter(|(name, _)| !self.hides(name));
        open.map(|(name, value)| (name.clone(), text(value)))
            .collect()
    }
}

impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("kind", &self.kind)
            .field("shown", &self.shown())
            .finish_non_exhaustive()
    }
}

/// As settings are listed.
impl Serialize for ProviderConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.given.len() + 1))?;
        map.serialize_entry("kind", self.kind.as_str())?;
        for (name, value) in &self.given {
            match value {
                Given::Text(text) if self.hides(name) && !text.is_empty() => {
                    map.serialize_entry(name, HIDDEN)?;
                }
                Given::List(_) if self.hides(name) => map.serialize_entry(name, HIDDEN)?,
                value => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}
