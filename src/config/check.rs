use feira_api::health::MetricsAccess;
use feira_kernel::Money;
use feira_payment::pix_account::PixAccountError;

use super::{
    Config, Database, FETCHED_ONLY, Payments, Profile, Provider, ProviderKind,
    kinds::{Refusal, refuse},
};

/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 32;
/// The longest text for who transfers money.
const LONGEST_TRANSFER: usize = 1_000;
/// What PostgreSQL's names leave beside the name of a schema.
pub(super) const LONGEST_PREFIX: usize = 40;

pub(super) fn all(config: &Config) -> Result<(), Refusal> {
    server(config)?;
    database(config)?;
    let secrets = &config.secrets;
    secret("secrets.token_key", secrets.token_key.reveal(), true)?;
    let previous = secrets.previous_token_key.reveal();
    secret("secrets.previous_token_key", previous, true)?;
    modules(config)?;
    metrics(config)?;
    providers(config)?;
    if config.profile == Profile::Production {
        production(config)?;
    }
    between(config)?;
    marketplace(config)?;
    development(config)?;
    match tracing_subscriber::EnvFilter::try_new(&config.log.filter) {
        Ok(_) => Ok(()),
        Err(error) => refuse("log.filter", &format!("is no tracing filter: {error}")),
    }
}

fn server(config: &Config) -> Result<(), Refusal> {
    let bind = &config.server.bind;
    let named = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let host = !bind.is_empty() && bind.chars().all(named);
    if !host && bind.parse::<std::net::IpAddr>().is_err() {
        let why = "must be an address or host name to listen on, such as 0.0.0.0";
        return refuse("server.bind", why);
    }
    url("server.base_url", &config.server.base_url)?;
    for origin in &config.server.cors_origins {
        let parsed = reqwest::Url::parse(origin).map(|url| url.origin().ascii_serialization());
        if origin != "*" && parsed.ok().as_ref() != Some(origin) {
            let why = "must hold origins such as https://shop.example, without a path, or *";
            return refuse("server.cors_origins", why);
        }
    }
    Ok(())
}

fn database(config: &Config) -> Result<(), Refusal> {
    let database = &config.database;
    let text = database.url.reveal();
    let postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
        && reqwest::Url::parse(text).is_ok();
    if !text.is_empty() && !postgres {
        // The value is not repeated: it has a password.
        let why = "must be such as postgres://user:password@host/database";
        return refuse("database.url", why);
    }
    let binaries = &database.binaries;
    let known = binaries.is_empty() || binaries == FETCHED_ONLY;
    if !known && !std::path::Path::new(binaries).is_dir() {
        let why = "must be a folder with the programs of a PostgreSQL server, or \"fetched\"";
        return refuse("database.binaries", why);
    }
    archive(database)?;
    let prefix = &database.role_prefix;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let shaped = prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && prefix.len() <= LONGEST_PREFIX
        && prefix.chars().all(plain);
    if database.roles && !shaped {
        let why = &format!(
            "must be up to {LONGEST_PREFIX} small letters, digits and underscores, a letter first"
        );
        return refuse("database.role_prefix", why);
    }
    Ok(())
}

/// What is run afterwards comes by https, or from this machine.
fn archive(database: &Database) -> Result<(), Refusal> {
    let given = database.archive_url.replace("{target}", "target");
    url("database.archive_url", &given)?;
    if !is_private(&given) {
        let why = "must start with https:// and name an archive (.tar.gz)";
        return refuse("database.archive_url", why);
    }
    let sum = &database.archive_sha256;
    if !sum.is_empty() && (sum.len() != 64 || !sum.chars().all(|c| c.is_ascii_hexdigit())) {
        let why = "must be 64 hexadecimal digits";
        return refuse("database.archive_sha256", why);
    }
    Ok(())
}

fn modules(config: &Config) -> Result<(), Refusal> {
    let modules = &config.modules;
    secret("modules.rpc_key", modules.rpc_key.reveal(), true)?;
    let split = !modules.catalog_url.is_empty() || !modules.stores_url.is_empty();
    if split && modules.rpc_key.is_empty() {
        let why = "must be set when a module is in another process";
        return refuse("modules.rpc_key", why);
    }
    url("modules.catalog_url", &modules.catalog_url)?;
    url("modules.stores_url", &modules.stores_url)
}

fn metrics(config: &Config) -> Result<(), Refusal> {
    let metrics = &config.metrics;
    secret("metrics.token", metrics.token.reveal(), true)?;
    match MetricsAccess::new(&metrics.networks, "", false) {
        Ok(_) => Ok(()),
        Err(wrong) => {
            let why = format!("must hold networks such as 10.0.0.0/8, not {wrong:?}");
            refuse("metrics.networks", &why)
        }
    }
}

/// A name that cannot be one is refused by the module.
fn providers(config: &Config) -> Result<(), Refusal> {
    let Payments {
        providers, order, ..
    } = &config.payments;
    for (index, name) in order.iter().enumerate() {
        if !providers.contains_key(name) || order[..index].contains(name) {
            let why = format!("must name providers that are configured, each once, not {name:?}");
            return refuse("payments.order", &why);
        }
    }
    for (name, provider) in providers {
        if config.profile == Profile::Production && provider.kind.is_simulated() {
            let why = "is the simulated provider, which is not for production";
            return refuse(&provider_key(name, "kind"), why);
        }
        match provider.kind {
            ProviderKind::Manual => by_hand(name, provider)?,
            ProviderKind::PixApi => pix_api(name, provider)?,
            ProviderKind::Sandbox => simulated(name, provider)?,
            ProviderKind::Stripe => stripe(name, provider, config.profile)?,
        }
    }
    if let Some(name) = config.payments.unlike_for_pix() {
        let why = format!(
            "must not take PIX of some stores by hand and of others not, as with {name:?}: it is to be paid within \
             orders.by_hand_hours or orders.pix_minutes, whatever the store"
        );
        return refuse("payments.order", &why);
    }
    let here = |(_, one): &(&String, &Provider)| one.kind.is_simulated() && one.url.is_empty();
    match providers.iter().filter(here).nth(1) {
        Some((name, _)) => {
            let why = "must be set: this process has one simulated provider";
            refuse(&provider_key(name, "url"), why)
        }
        None => Ok(()),
    }
}

fn provider_key(name: &str, field: &str) -> String {
    format!("payments.providers.{name}.{field}")
}

fn simulated(name: &str, provider: &Provider) -> Result<(), Refusal> {
    url(&provider_key(name, "url"), &provider.url)?;
    let webhook = provider.webhook_secret.reveal();
    secret(&provider_key(name, "webhook_secret"), webhook, false)?;
    let api_key = provider.api_key.reveal();
    secret(&provider_key(name, "api_key"), api_key, false)
}

fn by_hand(name: &str, provider: &Provider) -> Result<(), Refusal> {
    if provider.transfer.chars().count() > LONGEST_TRANSFER {
        let why = format!("must have at most {LONGEST_TRANSFER} characters");
        return refuse(&provider_key(name, "transfer"), &why);
    }
    if provider.pix_key.is_empty() && provider.transfer.is_empty() {
        let why = "must be set, or transfer: there is nothing to pay to";
        return refuse(&provider_key(name, "pix_key"), why);
    }
    let Err(error) = provider.pix_account() else {
        return Ok(());
    };
    let field = match error {
        PixAccountError::Key => "pix_key",
        PixAccountError::Name => "pix_name",
        PixAccountError::City => "pix_city",
    };
    refuse(&provider_key(name, field), &error.to_string())
}

/// Files are read, and certificates tried, by the module when it starts.
fn pix_api(name: &str, provider: &Provider) -> Result<(), Refusal> {
    let key = |field: &str| provider_key(name, field);
    private_url(&key("url"), &provider.url)?;
    private_url(&key("token_url"), &provider.token_url)?;
    for (field, value) in [
        ("url", provider.url.as_str()),
        ("token_url", provider.token_url.as_str()),
        ("client_id", provider.client_id.as_str()),
        ("client_secret", provider.client_secret.reveal()),
        ("pix_key", provider.pix_key.as_str()),
        ("pix_name", provider.pix_name.as_str()),
        ("pix_city", provider.pix_city.as_str()),
    ] {
        if value.trim().is_empty() {
            return refuse(&key(field), "must be set: the bank says it, or is told it");
        }
    }
    let webhook = provider.webhook_secret.reveal();
    secret(&key("webhook_secret"), webhook, false)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !webhook.chars().all(plain) {
        let why =
            "must be of letters, digits, - and _: it is a part of the address of notifications";
        return refuse(&key("webhook_secret"), why);
    }
    if provider.api_key.is_empty() != provider.api_key_header.is_empty() {
        let why = "must be set where there is an api_key, and only there";
        return refuse(&key("api_key_header"), why);
    }
    if provider.certificate.is_empty() && !provider.certificate_key.is_empty() {
        let why = "must be set where there is a certificate_key";
        return refuse(&key("certificate"), why);
    }
    for (field, url) in [("url", &provider.url), ("token_url", &provider.token_url)] {
        if url.starts_with("http://") && !provider.certificate.is_empty() {
            let why = "must start with https:// where there is a certificate";
            return refuse(&key(field), why);
        }
    }
    Ok(())
}

/// Its keys say what they are, and whether money moves with them.
fn stripe(name: &str, provider: &Provider, profile: Profile) -> Result<(), Refusal> {
    let refuse = |field, why: &str| refuse(&provider_key(name, field), why);
    private_url(&provider_key(name, "url"), &provider.url)?;
    let api_key = provider.api_key.reveal();
    if !["sk_", "rk_"].iter().any(|kind| api_key.starts_with(kind)) {
        let why = "must be a secret key (sk_...) or a restricted one (rk_...)";
        return refuse("api_key", why);
    }
    let test = ["sk_test_", "rk_test_"];
    if profile == Profile::Production && test.iter().any(|kind| api_key.starts_with(kind)) {
        let why = "is a key of test mode, in which no money moves; production needs a live one";
        return refuse("api_key", why);
    }
    secret(&provider_key(name, "api_key"), api_key, false)?;
    let webhook = provider.webhook_secret.reveal();
    if !webhook.starts_with("whsec_") {
        let why = "must be the signing secret of an endpoint (whsec_...)";
        return refuse("webhook_secret", why);
    }
    secret(&provider_key(name, "webhook_secret"), webhook, false)?;
    url(&provider_key(name, "return_url"), &provider.return_url)?;
    let pairs = "must name each currency with the least amount, such as [\"BRL 0.50\"]";
    match provider.least() {
        Ok(least) if least.is_empty() => refuse("takes", pairs),
        Ok(_) => Ok(()),
        Err(wrong) => refuse("takes", &format!("{pairs}, not {wrong:?}")),
    }
}

fn between(config: &Config) -> Result<(), Refusal> {
    let server = &config.server;
    if (server.partial_bodies_mib << 20) < server.max_upload_bytes {
        let why = "must have room for one upload of server.max_upload_bytes";
        return refuse("server.partial_bodies_mib", why);
    }
    if server.upload_seconds < server.body_seconds {
        let why = "must be no less than server.body_seconds";
        return refuse("server.upload_seconds", why);
    }
    Ok(())
}

/// The time zone is checked where a database can be asked.
fn marketplace(config: &Config) -> Result<(), Refusal> {
    let market = &config.marketplace;
    let price = Money::parse(&market.default_shipping_price, market.currency);
    if !price.is_ok_and(|price| !price.is_negative()) {
        let why = "must be an amount such as 15.00, not below zero";
        return refuse("marketplace.default_shipping_price", why);
    }
    if feira_web::language::known(&market.language).is_none() {
        return refuse("marketplace.language", "must be en or pt-BR");
    }
    match market.commission_percent.parse::<rust_decimal::Decimal>() {
        Ok(percent) if percent >= 0.into() && percent <= 100.into() && percent.scale() <= 4 => {
            Ok(())
        }
        _ => refuse(
            "marketplace.commission_percent",
            "must be a number from 0 to 100 with at most four decimals",
        ),
    }
}

fn development(config: &Config) -> Result<(), Refusal> {
    let development = &config.development;
    if development.demo && !config.database.url.is_empty() {
        let why = "must be false: demo accounts are not made in a configured database";
        return refuse("development.demo", why);
    }
    let nth = development.kill_at.split_once(':').map(|(_, nth)| nth);
    if nth.is_some_and(|nth| !nth.parse().is_ok_and(|nth: u32| nth > 0)) {
        let why = "must be the name of a point, or name:nth with a number from 1";
        return refuse("development.kill_at", why);
    }
    Ok(())
}

fn production(config: &Config) -> Result<(), Refusal> {
    if config.development.demo {
        return refuse(
            "development.demo",
            "must be false: there is no demo in production",
        );
    }
    if !config.development.kill_at.is_empty() {
        return refuse("development.kill_at", "is for tests only");
    }
    let base = &config.server.base_url;
    if !base.is_empty() && !is_private(base) {
        return refuse(
            "server.base_url",
            "must be https; plain http is for localhost only",
        );
    }
    Ok(())
}

fn secret(key: &str, value: &str, may_be_empty: bool) -> Result<(), Refusal> {
    if value.is_empty() && may_be_empty {
        return Ok(());
    }
    if value.len() < SHORTEST_SECRET {
        return refuse(
            key,
            &format!("must have {SHORTEST_SECRET} characters or more"),
        );
    }
    Ok(())
}

/// Whether nobody else hears what is said there: by https, or on this machine.
fn is_private(address: &str) -> bool {
    reqwest::Url::parse(address).is_ok_and(|url| {
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.scheme() == "https" || (url.scheme() == "http" && here)
    })
}

/// Where credentials are sent.
fn private_url(key: &str, value: &str) -> Result<(), Refusal> {
    url(key, value)?;
    if value.is_empty() || is_private(value) {
        return Ok(());
    }
    refuse(key, "must be https; plain http is for localhost only")
}

/// An address of a site: `http` or `https`, a host, perhaps a path, and nothing else.
fn url(key: &str, value: &str) -> Result<(), Refusal> {
    let odd = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}?#@".contains(c);
    let site = reqwest::Url::parse(value)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    if value.is_empty() || (site && !value.contains(odd)) {
        return Ok(());
    }
    let why = "must start with https:// or http:// and name a host, such as https://shop.example";
    refuse(key, why)
}
