use feira_kernel::{db::Roles, token::TokenKey};

use super::*;

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
    assert!(unknown.contains(" server.portt;"), "{unknown}");
    let unknown = refusal(Profile::Development, "[serverr]\nport = 1");
    assert!(unknown.contains(" serverr;"), "{unknown}");
    let kind = refusal(Profile::Development, "[server]\nport = \"x\"");
    assert!(kind.contains("server.port"), "{kind}");
    let range = refusal(Profile::Development, "[database]\nconnections = 17");
    assert!(range.contains("database.connections"), "{range}");
    let renamed = refusal(Profile::Development, "[database]\npool_size = 3");
    assert!(
        renamed.contains("database.pool_size is database.connections now"),
        "{renamed}"
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
fn providers_are_ordered_and_those_not_named_take_nothing_new() {
    let key = "k".repeat(32);
    let provider = |name: &str, url: &str| {
        format!(
            "[payments.providers.{name}]\nkind = \"sandbox\"\nurl = \"{url}\"\n\
             api_key = \"{key}\"\nwebhook_secret = \"{key}\"\n"
        )
    };
    let elsewhere = provider("a", "http://127.0.0.1:9") + &provider("z", "http://127.0.0.1:9");
    let ordered = elsewhere.clone() + "[payments]\norder = [\"z\", \"sandbox\"]";
    let config = load(Profile::Development, &ordered).unwrap();
    let order = config.payments.in_order();
    let order: Vec<_> = order.map(|(name, _, new)| (name.as_str(), new)).collect();
    assert_eq!(order, [("z", true), ("sandbox", true), ("a", false)]);
    let (name, _) = config.payments.built_in().unwrap();
    assert_eq!(name, "sandbox");

    for twice in ["[\"sandbox\", \"sandbox\"]", "[\"nobody\"]"] {
        let refused = refusal(
            Profile::Development,
            &format!("[payments]\norder = {twice}"),
        );
        assert!(refused.contains("payments.order"), "{refused}");
    }
    let second = refusal(Profile::Development, &provider("second", ""));
    assert!(second.contains("payments.providers.second.url"), "{second}");
    let old = refusal(
        Profile::Development,
        "[payments]\nsandbox_url = \"http://x\"",
    );
    assert!(
        old.contains("payments.sandbox_url is payments.providers.sandbox.url now"),
        "{old}"
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
