use feira_kernel::Versions;
use serde::{Deserialize, Serialize};

use super::{CategoryId, patch::given};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
    pub name: String,
    pub slug: String,
    pub position: i32,
    #[serde(default)]
    pub names: CategoryNames,
    #[serde(default)]
    pub version: i64,
}

impl Category {
    /// What it is called in a language such as `pt-BR`.
    pub fn name_in(&self, language: &str) -> &str {
        let named = match language {
            "en" => self.names.en.as_deref(),
            "pt-BR" => self.names.pt_br.as_deref(),
            _ => None,
        };
        named.unwrap_or(&self.name)
    }
}

/// What a category is called in the languages in which it does not have its own name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryNames {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(default, rename = "pt-BR", skip_serializing_if = "Option::is_none")]
    pub pt_br: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCategory {
    pub parent: Option<CategoryId>,
    /// Where a language has no name of its own.
    pub name: String,
    #[serde(default)]
    pub names: CategoryNames,
}

/// A merge patch: what is `None` stays. The inner `None` of the parent makes it a root.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CategoryChange {
    pub expected_version: Option<Versions>,
    pub name: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub parent: Option<Option<CategoryId>>,
    #[serde(default)]
    pub names: CategoryNamesChange,
}

/// Of each language: what is `None` stays, the inner `None` takes its name away.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CategoryNamesChange {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub en: Option<Option<String>>,
    #[serde(
        default,
        rename = "pt-BR",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub pt_br: Option<Option<String>>,
}
