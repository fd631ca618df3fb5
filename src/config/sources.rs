//! Where settings come from, and what is made of a value by the kind that its default has.

use std::path::PathBuf;

use figment::{
    Figment, Metadata, Provider,
    providers::{Format, Toml},
    util::nest,
    value::{Dict, Map, Value},
};

use super::{ConfigError, Profile};

pub(super) const DEFAULT: &str = include_str!("../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../config/development.toml");
const PRODUCTION: &str = include_str!("../../config/production.toml");

/// Variables that are not settings of a section.
const NOT_SETTINGS: &[&str] = &["profile", "data", "config"];
/// Settings that are never shown, beside those of providers.
const SECRETS: &[&str] = &[
    "database.url",
    "mail.smtp_url",
    "modules.rpc_key",
    "secrets.previous_token_key",
    "secrets.token_key",
];
const PROVIDER_SECRETS: &[&str] = &[
    ".api_key",
    ".certificate",
    ".certificate_key",
    ".client_secret",
    ".webhook_secret",
];

/// What the settings are read from; what is named later goes before what is named earlier.
#[derive(Clone, Default)]
pub struct Sources {
    pub profile: Option<Profile>,
    /// A TOML file that overrides the profile.
    pub file: Option<PathBuf>,
    /// Variables of the environment; those that begin with `FEIRA_` are settings.
    pub environment: Vec<(String, String)>,
    /// Whether `--yes` was given.
    pub yes: bool,
    /// TOML that overrides everything, for tests.
    pub overrides: Vec<String>,
}

/// One setting as it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    /// Its value, or that there is one where it is a secret.
    pub shown: String,
    /// The file or the variable that decided.
    pub source: String,
}

/// A source by its name, with its values.
struct Named {
    name: String,
    values: Dict,
}

impl Provider for Named {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<figment::Profile, Dict>, figment::Error> {
        Ok(figment::Profile::Default.collect(self.values.clone()))
    }
}

impl Sources {
    pub(super) fn merged(&self) -> Result<Figment, ConfigError> {
        let (name, text) = match self.profile.unwrap_or(Profile::Development) {
            Profile::Development => ("config/development.toml", DEVELOPMENT),
            Profile::Production => ("config/production.toml", PRODUCTION),
        };
        let mut layers = vec![(name.to_owned(), parse(name, text)?)];
        if let Some(file) = &self.file {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file).map_err(|error| {
                ConfigError(format!(
                    "the configuration file {name} cannot be read: {error}"
                ))
            })?;
            layers.push((name.clone(), parse(&name, &text)?));
        }
        for (variable, text) in &self.environment {
            let value = key_of(variable).map(|key| nest(&key, Value::from(text.as_str())));
            if let Some(values) = value.and_then(Value::into_dict) {
                layers.push((format!("the variable {variable}"), values));
            }
        }
        if self.yes {
            let fetch = "[database]\nfetch_postgres = true";
            layers.push(("the flag --yes".to_owned(), parse("--yes", fetch)?));
        }
        for overrides in &self.overrides {
            layers.push(("a test".to_owned(), parse("a test", overrides)?));
        }
        let known = defaults()?;
        let mut figment = Figment::from(Named {
            name: "config/default.toml".to_owned(),
            values: known.clone(),
        });
        for (name, values) in layers {
            let values = fit_all(&known, values);
            figment = figment.merge(Named { name, values });
        }
        Ok(figment)
    }
}

/// Every key with its default.
pub(super) fn defaults() -> Result<Dict, ConfigError> {
    parse("config/default.toml", DEFAULT)
}

/// The line is said, but not shown: it may hold a secret.
fn parse(name: &str, text: &str) -> Result<Dict, ConfigError> {
    Toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        let why = error.message().lines().collect::<Vec<_>>().join(", ");
        ConfigError(format!("{name}, line {line}, is not TOML: {why}"))
    })
}

/// `FEIRA_SERVER__PORT` sets `server.port`.
fn key_of(variable: &str) -> Option<String> {
    let name = variable.strip_prefix("FEIRA_")?.to_ascii_lowercase();
    (!NOT_SETTINGS.contains(&name.as_str())).then(|| name.replace("__", "."))
}

fn fit_all(known: &Dict, given: Dict) -> Dict {
    let fitted = given.into_iter().map(|(name, value)| {
        let value = fit(known.get(&name), value);
        (name, value)
    });
    fitted.collect()
}

/// A value as the kind that its key's default has: the environment gives text only, and a text may
/// look like a number. What cannot be one stays as it is, to be refused. Keys without a default are
/// those of providers, which are texts and lists.
fn fit(default: Option<&Value>, given: Value) -> Value {
    match (default, given) {
        (Some(Value::Dict(_, known)), Value::Dict(tag, given)) => {
            Value::Dict(tag, fit_all(known, given))
        }
        (None, Value::Dict(tag, given)) => Value::Dict(tag, fit_all(&Dict::new(), given)),
        (Some(Value::Num(..)), Value::String(tag, text)) => match text.trim().parse::<i64>() {
            Ok(number) => Value::Num(tag, number.into()),
            Err(_) => Value::String(tag, text),
        },
        (Some(Value::Bool(..)), Value::String(tag, text)) => match text.trim().parse() {
            Ok(truth) => Value::Bool(tag, truth),
            Err(_) => Value::String(tag, text),
        },
        (Some(Value::Array(..)) | None, Value::String(tag, text)) => match list(&text) {
            Some(items) => Value::Array(tag, items),
            None => Value::String(tag, text),
        },
        (Some(Value::Array(..)) | None, Value::Array(tag, items)) => {
            let items = items.into_iter().map(|item| fit(Some(&"".into()), item));
            Value::Array(tag, items.collect())
        }
        (Some(Value::String(..)) | None, plain @ (Value::Num(..) | Value::Bool(..))) => {
            Value::String(plain.tag(), plain_text(&plain))
        }
        (_, given) => given,
    }
}

/// `[a, "b"]`
fn list(text: &str) -> Option<Vec<Value>> {
    let items = text.trim().strip_prefix('[')?.strip_suffix(']')?.split(',');
    let items = items.map(|item| item.trim().trim_matches(['"', '\'']));
    Some(items.filter(|i| !i.is_empty()).map(Value::from).collect())
}

/// A whole number, of whatever width.
pub(super) fn whole(value: &Value) -> Option<i128> {
    let unsigned = value.to_u128().and_then(|n| i128::try_from(n).ok());
    unsigned.or_else(|| value.to_i128())
}

fn plain_text(value: &Value) -> String {
    if let Some(truth) = value.to_bool() {
        return truth.to_string();
    }
    let number = whole(value).map(|n| n.to_string());
    let number = number.or_else(|| value.to_f64().map(|n| n.to_string()));
    number.unwrap_or_default()
}

/// What is no table, by its whole key.
pub(super) fn leaves(prefix: &str, dict: &Dict) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in dict {
        let key = match prefix {
            "" => name.clone(),
            _ => format!("{prefix}.{name}"),
        };
        match value {
            Value::Dict(_, inner) => found.extend(leaves(&key, inner)),
            value => found.push((key, value.clone())),
        }
    }
    found
}

/// Every setting of what could be read, without secrets.
pub(super) fn settings(figment: &Figment) -> Vec<Setting> {
    let all: Dict = figment.extract().unwrap_or_default();
    let settings = leaves("", &all).into_iter().map(|(key, value)| Setting {
        shown: shown(&key, &value),
        source: source(figment, &key).unwrap_or_default(),
        key,
    });
    settings.collect()
}

/// Who decided a setting; of one that is not there nobody did.
pub(super) fn source(figment: &Figment, key: &str) -> Option<String> {
    figment
        .find_metadata(key)
        .map(|found| found.name.to_string())
}

fn shown(key: &str, value: &Value) -> String {
    let provider = key.starts_with("payments.providers.");
    let secret = SECRETS.contains(&key)
        || (provider && PROVIDER_SECRETS.iter().any(|end| key.ends_with(end)));
    match value {
        Value::String(_, text) if secret && !text.is_empty() => "(a secret)".to_owned(),
        Value::String(_, text) => format!("{text:?}"),
        Value::Array(_, items) => {
            let items: Vec<String> = items.iter().map(|item| shown(key, item)).collect();
            format!("[{}]", items.join(", "))
        }
        plain => plain_text(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_what_its_default_is() {
        let known = defaults().unwrap();
        let given = |key: &str, text: &str| {
            let given = nest(key, text.into()).into_dict().unwrap();
            let fitted = fit_all(&known, given);
            shown("", &Value::from(fitted).find(key).unwrap())
        };
        for (key, text, shown) in [
            ("marketplace.commission_percent", "12.5", "\"12.5\""),
            ("marketplace.commission_percent", "12.50", "\"12.50\""),
            ("database.role_prefix", "0012", "\"0012\""),
            ("marketplace.name", "true", "\"true\""),
            ("modules.catalog_url", "[1]", "\"[1]\""),
            ("server.port", " 9000 ", "9000"),
            ("server.port", "nine", "\"nine\""),
            ("server.trust_proxy", "true", "true"),
            ("server.trust_proxy", "1", "\"1\""),
            (
                "server.cors_origins",
                "[https://a, 'b']",
                "[\"https://a\", \"b\"]",
            ),
            ("server.cors_origins", "[]", "[]"),
            ("payments.order", "[1, 2.5]", "[\"1\", \"2.5\"]"),
            ("payments.providers.x.stores", "[a,b]", "[\"a\", \"b\"]"),
            ("payments.providers.x.url", "12", "\"12\""),
        ] {
            assert_eq!(given(key, text), shown, "{key} = {text}");
        }
    }

    #[test]
    fn numbers_in_a_file_are_texts_where_texts_are_meant() {
        let known = defaults().unwrap();
        let file = "[marketplace]\ncommission_percent = 7.25\nname = 2024\n[payments]\norder = [7]";
        let fitted = Value::from(fit_all(&known, parse("a file", file).unwrap()));
        let value = |key: &str| shown("", fitted.find_ref(key).unwrap());
        assert_eq!(value("marketplace.commission_percent"), "\"7.25\"");
        assert_eq!(value("marketplace.name"), "\"2024\"");
        assert_eq!(value("payments.order"), "[\"7\"]");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_by_its_line_without_its_text() {
        let error = parse("/etc/feira.toml", "[secrets]\n\ntoken_key = hunter2\n").unwrap_err();
        let said = error.to_string();
        assert!(said.contains("/etc/feira.toml, line 3"), "{said}");
        assert!(
            !said.contains("hunter2") && said.lines().count() == 1,
            "{said}"
        );
    }
}
