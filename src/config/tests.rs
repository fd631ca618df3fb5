use std::collections::BTreeMap;

use feira_kernel::{db::Roles, token::TokenKey};

use super::{sources::DEFAULT, *};

mod accounts;
mod providers;

fn load(profile: Profile, overrides: &str) -> Result<Config, ConfigError> {
    let sources = Sources {
        profile: Some(profile),
        overrides: vec![overrides.to_owned()],
        ..Sources::default()
    };
    Config::load(&sources, PathBuf::from("data"))
}

fn refusal(profile: Profile, overrides: &str) -> String {
    load(profile, overrides)
        .expect_err("it is refused")
        .to_string()
}

#[test]
fn both_profiles_are_complete() {
    let development = load(Profile::Development, "").unwrap();
    assert!(development.is_demo() && development.payments.built_in().is_some());
    assert_eq!(development.base_url(), "http://localhost:8080");
    let production = load(Profile::Production, "").unwrap();
    assert!(!production.is_demo() && production.payments.built_in().is_none());
    assert_eq!(production.server.bind, "0.0.0.0");
    assert!(production.metrics.networks.is_empty() && production.metrics.token.is_empty());
    assert_eq!(development.metrics.networks, ["0.0.0.0/0", "::/0"]);
}

#[test]
fn a_wrong_key_or_value_is_named() {
    let unknown = refusal(Profile::Development, "[server]\nportt = 1");
    assert!(
        unknown.contains("setting server.portt (from a test) is not known"),
        "{unknown}"
    );
    let unknown = refusal(Profile::Development, "[serverr]\nport = 1");
    assert!(
        unknown.contains("setting serverr (from a test) is not known"),
        "{unknown}"
    );
    let kind = refusal(Profile::Development, "[server]\nport = \"x\"");
    assert!(kind.contains("server.port"), "{kind}");
    let range = refusal(Profile::Development, "[database]\nconnections = 17");
    assert!(range.contains("database.connections"), "{range}");
    let renamed = refusal(Profile::Development, "[database]\npool_size = 3");
    assert!(
        renamed.contains("database.pool_size (from a test) is database.connections now"),
        "{renamed}"
    );
}

fn from_variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let sources = Sources {
        environment: variables.iter().map(own).collect(),
        ..Sources::default()
    };
    Config::load(&sources, PathBuf::from("data"))
}

#[test]
fn variables_set_keys_of_every_kind() {
    let config = from_variables(&[
        ("FEIRA_MARKETPLACE__COMMISSION_PERCENT", "12.5"),
        ("FEIRA_MARKETPLACE__DEFAULT_SHIPPING_PRICE", "20"),
        ("FEIRA_MARKETPLACE__AUTO_APPROVE_STORES", "true"),
        ("FEIRA_MARKETPLACE__NAME", "007"),
        ("FEIRA_SERVER__PORT", "9000"),
        ("FEIRA_SERVER__CORS_ORIGINS", "[https://a.example, \"*\"]"),
        (
            "FEIRA_PAYMENTS__PROVIDERS__SANDBOX__API_KEY",
            "12345678901234567890123456789012",
        ),
        ("FEIRA_PROFILE", "is not a setting"),
        ("PATH", "/bin"),
    ])
    .unwrap();
    let market = &config.marketplace;
    assert_eq!(
        (&*market.commission_percent, &*market.name),
        ("12.5", "007")
    );
    assert!(market.default_shipping_price == "20" && market.auto_approve_stores);
    assert_eq!(config.server.cors_origins, ["https://a.example", "*"]);
    assert_eq!(config.base_url(), "http://localhost:9000");
    let shown = |key: &str| {
        let setting = config.settings.iter().find(|setting| setting.key == key);
        let setting = setting.unwrap();
        (setting.shown.as_str(), setting.source.as_str())
    };
    assert_eq!(
        shown("server.port"),
        ("9000", "the variable FEIRA_SERVER__PORT")
    );
    assert_eq!(shown("server.workers"), ("0", "config/default.toml"));
    assert_eq!(
        shown("development.demo"),
        ("true", "config/development.toml")
    );
    let key = shown("payments.providers.sandbox.api_key").0;
    assert_eq!(key, "\"(a secret)\"");
}

#[test]
fn what_is_accepted_is_said_of_the_setting_and_of_who_set_it() {
    for (variable, value, said) in [
        ("SERVER__PORT", "70000", "a whole number from 0 to 65535"),
        ("SERVER__PORT", "http", "a whole number from 0 to 65535"),
        ("SERVER__WORKERS", "1.5", "a whole number from 0 to 1024"),
        ("SERVER__WORKERS", "-1", "a whole number from 0 to 1024"),
        ("SERVER__TRUST_PROXY", "yes", "true or false"),
        (
            "SERVER__CORS_ORIGINS",
            "https://a.example",
            "a list such as",
        ),
        ("LOG__FORMAT", "xml", "text or json"),
        ("SERVER", "1", "a table of settings"),
        (
            "PAYMENTS__PROVIDERS__SANDBOX__STORES",
            "a",
            "a list such as",
        ),
        ("MARKETPLACE__CURRENCY", "XXZ", "ISO 4217"),
        (
            "MARKETPLACE__COMMISSION_PERCENT",
            "101",
            "a number from 0 to 100",
        ),
    ] {
        let name = format!("FEIRA_{variable}");
        let told = from_variables(&[(name.as_str(), value)])
            .unwrap_err()
            .to_string();
        let key = variable.to_lowercase().replace("__", ".");
        let begins = format!("the setting {key} (from the variable {name}) ");
        assert!(told.starts_with(&begins) && told.contains(said), "{told}");
        for kind in [
            "u16", "usize", "u32", "string", "sequence", "struct", "bool",
        ] {
            assert!(!told.contains(kind), "{told}");
        }
    }
}

#[test]
fn every_number_has_its_range_and_every_secret_is_kept() {
    let config = load(Profile::Development, "").unwrap();
    let ranges = kinds::ranges();
    let known = sources::leaves("", &sources::defaults().unwrap());
    for (key, value) in known {
        let ranged = ranges.iter().any(|(ranged, _, _)| *ranged == key);
        let number = matches!(value, figment::value::Value::Num(..));
        assert_eq!(number, ranged, "{key}");
        // A secret is one by its type: what `Debug` hides the list must hide too.
        if !matches!(value, figment::value::Value::String(..)) {
            continue;
        }
        let sources = Sources {
            environment: vec![(
                format!("FEIRA_{}", key.replace('.', "__").to_uppercase()),
                "sentinel".to_owned(),
            )],
            ..Sources::default()
        };
        let figment = sources.merged().unwrap();
        let Ok(read) = figment.extract::<Config>() else {
            continue; // Words of a closed list, which are no secrets.
        };
        let hidden = !format!("{read:?}").contains("sentinel");
        let settings = sources::settings(&figment, &read);
        let setting = settings.iter().find(|setting| setting.key == key).unwrap();
        assert_eq!(!setting.shown.contains("sentinel"), hidden, "{key}");
    }
    assert!(
        !config
            .settings
            .iter()
            .any(|s| s.shown.contains("of-the-development-profile"))
    );
}

#[test]
fn weak_and_missing_secrets_stop_the_start() {
    let empty = refusal(
        Profile::Development,
        "[payments.providers.sandbox]\nwebhook_secret = \"\"",
    );
    assert!(
        empty.contains("payments.providers.sandbox.webhook_secret"),
        "{empty}"
    );
    let short = refusal(Profile::Development, "[secrets]\ntoken_key = \"hunter2\"");
    assert!(
        short.contains("secrets.token_key") && !short.contains("hunter2"),
        "{short}"
    );
}

#[test]
fn production_refuses_demo_sandbox_and_plain_http() {
    for (overrides, key) in [
        (
            "[payments.providers.test]\nkind = \"sandbox\"",
            "payments.providers.test.kind",
        ),
        ("[development]\ndemo = true", "development.demo"),
        ("[development]\nkill_at = \"x\"", "development.kill_at"),
        ("[sign_in]\nhash_kib = 19455", "sign_in.hash_kib"),
        (
            "[server]\nbase_url = \"http://shop.example\"",
            "server.base_url",
        ),
    ] {
        let refused = refusal(Profile::Production, overrides);
        assert!(refused.contains(key), "{refused}");
    }
    assert!(
        load(
            Profile::Production,
            "[server]\nbase_url = \"http://localhost:9000\""
        )
        .is_ok()
    );
}

#[test]
fn a_demo_is_not_made_in_a_configured_database() {
    let refused = refusal(Profile::Development, "[database]\nurl = \"postgres://x\"");
    assert!(refused.contains("development.demo"), "{refused}");
}

#[test]
fn secrets_are_not_shown() {
    let config = load(
        Profile::Development,
        "[database]\nurl = \"postgres://u:verysecret@h/d\"\n[development]\ndemo = false",
    )
    .unwrap();
    assert!(!format!("{config:?}").contains("verysecret"));
}

#[test]
fn every_key_has_a_comment() {
    let lines: Vec<&str> = DEFAULT.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(lines[index - 1].starts_with('#'), "no comment above {line}");
        }
    }
}

#[test]
fn the_longest_prefix_leaves_room_for_the_names_of_all_roles() {
    let key = TokenKey::new(vec![1; 32]).unwrap();
    let roles = Roles::new("p".repeat(check::LONGEST_PREFIX), key);
    for schema in feira_migrations::schemas() {
        let logins = roles.logins(schema).map(|role| role.name);
        let groups = [roles.group(schema), roles.reading_group(schema)];
        for name in logins.iter().chain(&groups) {
            assert!(name.len() <= 63, "PostgreSQL cuts {name}");
        }
    }
}
