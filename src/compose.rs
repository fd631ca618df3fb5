//! The composition root: builds the modules bottom-up and wires events and jobs. The only place
//! where a module's implementation, rather than its trait, is named.

mod order_source;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use feira_cart::Carts;
use feira_catalog::{Catalog, HttpCatalog};
use feira_kernel::{
    Clock, Entropy, Env, Module, Money, Runtime,
    db::{Pool, PoolSettings},
    remote::{Signer, Transport},
    token::TokenKey,
};
use feira_notification::Notifications;
use feira_order::Orders;
use feira_payment::Payments;
use feira_store::{HttpStores, Stores};
use feira_user::Users;

use crate::{config::Config, gateway::Gateway, keys::Keys, sandbox::Sandbox};

/// The marketplace's account at the simulated provider.
const PAYEE: &str = "feira";

/// Time and randomness, which a test gives and the process takes from the system.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Clock,
    pub entropy: Entropy,
}

impl Surroundings {
    pub fn system() -> Self {
        Self { clock: Clock::system(), entropy: Entropy::system() }
    }
}

/// The modules of this process, started.
pub(crate) struct Modules {
    pub(crate) users: Arc<dyn Users>,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) carts: Arc<dyn Carts>,
    pub(crate) orders: Arc<dyn Orders>,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) notifications: Arc<dyn Notifications>,
    pub(crate) gateway: Gateway,
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) runtimes: Vec<Runtime>,
    pub(crate) token_key: TokenKey,
    /// Between processes, when a key is configured.
    pub(crate) signer: Option<Signer>,
    /// Modules that another process has, for pulling their events.
    pub(crate) transports: Vec<(&'static str, Transport)>,
}

/// Makes what a module is given.
struct Builder<'a> {
    config: &'a Config,
    url: &'a str,
    surroundings: &'a Surroundings,
    runtimes: Vec<Runtime>,
    transports: Vec<(&'static str, Transport)>,
}

impl Builder<'_> {
    fn env(&self, schema: &'static str) -> anyhow::Result<Env> {
        let role = self.config.role_prefix().map(|prefix| format!("{prefix}_{schema}"));
        let mut settings = PoolSettings::new(self.url, schema, role);
        settings.size = self.config.database.pool_size;
        let pool = Pool::connect(&settings)?;
        Ok(Env { clock: self.surroundings.clock.clone(), entropy: self.surroundings.entropy.clone(), pool })
    }

    fn add<A: ?Sized>(&mut self, module: Module<A>) -> Arc<A> {
        self.runtimes.push(module.runtime);
        module.api
    }

    /// The way to a module in another process, if its URL is set.
    fn remote(&mut self, url: &str, module: &'static str, signer: Option<&Signer>) -> anyhow::Result<Option<Transport>> {
        if url.is_empty() {
            return Ok(None);
        }
        let signer = signer.context("modules.rpc_key must be set when a module is in another process")?;
        let transport = Transport::new(url, module, signer.clone(), Duration::from_secs(5)).map_err(anyhow::Error::msg)?;
        self.transports.push((module, transport.clone()));
        Ok(Some(transport))
    }
}

/// Builds everything this process has. `self_url` is where it listens itself.
pub(crate) fn build(config: &Config, url: &str, surroundings: &Surroundings, self_url: &str) -> anyhow::Result<Modules> {
    let keys = Keys::load(config, &surroundings.entropy)?;
    let signer = signer(config, surroundings)?;
    let mut b = Builder { config, url, surroundings, runtimes: Vec::new(), transports: Vec::new() };

    let user_settings = feira_user::Settings::new(keys.jwt, config.base_url(), keys.token.clone());
    let users = feira_user::start(b.env("users")?, user_settings)?;
    let users = b.add(users);

    let stores: Arc<dyn Stores> = match b.remote(&config.modules.stores_url, "store", signer.as_ref())? {
        Some(transport) => Arc::new(HttpStores::new(transport)),
        None => {
            let module = feira_store::start(b.env("stores")?, feira_store::Deps { users: users.clone() }, store_settings(config)?);
            b.add(module)
        }
    };
    let catalog: Arc<dyn Catalog> = match b.remote(&config.modules.catalog_url, "catalog", signer.as_ref())? {
        Some(transport) => Arc::new(HttpCatalog::new(transport)),
        None => {
            let module = catalog(config, b.env("catalog")?, stores.clone());
            b.add(module)
        }
    };
    let sandbox = match config.payments.sandbox {
        true => Some(sandbox(config, b.env("sandbox")?, self_url)?),
        false => None,
    };
    let payments = feira_payment::start(b.env("payments")?, feira_payment::Deps { stores: stores.clone() }, payment_settings(config, self_url)?)?;
    let payments = b.add(payments);
    let cart_deps = feira_cart::Deps { catalog: catalog.clone(), stores: stores.clone() };
    let cart_settings = feira_cart::Settings { currency: config.marketplace.currency, ..Default::default() };
    let carts = feira_cart::start(b.env("carts")?, cart_deps, cart_settings);
    let carts = b.add(carts);
    let order_deps = feira_order::Deps {
        carts: carts.clone(),
        catalog: catalog.clone(),
        payments: payments.clone(),
        stores: stores.clone(),
        users: users.clone(),
    };
    let orders = feira_order::start(b.env("orders")?, order_deps, order_settings(config, keys.token.clone()));
    let orders = b.add(orders);
    let notification_deps = feira_notification::Deps {
        users: users.clone(),
        stores: stores.clone(),
        orders: Arc::new(order_source::FromOrders(orders.clone())),
    };
    let notifications = feira_notification::start(b.env("notifications")?, notification_deps, notification_settings(config))?;
    let notifications = b.add(notifications);
    let gateway = Gateway::new(b.env("gateway")?);
    b.runtimes.push(gateway.runtime());
    b.runtimes.extend(sandbox.as_ref().map(Sandbox::runtime));
    Ok(Modules {
        users,
        stores,
        catalog,
        carts,
        orders,
        payments,
        notifications,
        gateway,
        sandbox,
        runtimes: b.runtimes,
        token_key: keys.token,
        signer,
        transports: b.transports,
    })
}

/// The catalogue alone, for a process of its own: stores are asked over the wire.
pub(crate) fn build_catalog(config: &Config, url: &str, surroundings: &Surroundings) -> anyhow::Result<CatalogOnly> {
    let signer = signer(config, surroundings)?;
    let mut b = Builder { config, url, surroundings, runtimes: Vec::new(), transports: Vec::new() };
    let transport = b
        .remote(&config.modules.stores_url, "store", signer.as_ref())?
        .context("modules.stores_url must be set for a process that serves the catalogue only")?;
    let module = catalog(config, b.env("catalog")?, Arc::new(HttpStores::new(transport)));
    let catalog = b.add(module);
    let signer = signer.context("modules.rpc_key must be set")?;
    Ok(CatalogOnly { catalog, signer, runtimes: b.runtimes, transports: b.transports })
}

/// A process that has nothing but the catalogue.
pub(crate) struct CatalogOnly {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) signer: Signer,
    pub(crate) runtimes: Vec<Runtime>,
    pub(crate) transports: Vec<(&'static str, Transport)>,
}

fn signer(config: &Config, surroundings: &Surroundings) -> anyhow::Result<Option<Signer>> {
    if config.modules.rpc_key.is_empty() {
        return Ok(None);
    }
    let key = TokenKey::new(config.modules.rpc_key.reveal().as_bytes().to_vec()).context("modules.rpc_key is too short")?;
    Ok(Some(Signer::new(key, surroundings.clock.clone())))
}

fn catalog(config: &Config, env: Env, stores: Arc<dyn Stores>) -> Module<dyn Catalog> {
    let settings = feira_catalog::Settings {
        low_stock_threshold: config.marketplace.low_stock_threshold,
        ..feira_catalog::Settings::new(config.data_dir.join("files"))
    };
    feira_catalog::start(env, feira_catalog::Deps { stores }, settings)
}

fn store_settings(config: &Config) -> anyhow::Result<feira_store::Settings> {
    let market = &config.marketplace;
    Ok(feira_store::Settings {
        auto_approve: market.auto_approve_stores,
        default_commission_percent: market.commission_percent.parse()?,
        default_shipping_price: Money::parse(&market.default_shipping_price, market.currency)?,
        currency: market.currency,
        time_zone: market.time_zone.clone(),
    })
}

fn sandbox_settings(config: &Config, self_url: &str) -> (String, String, String) {
    let base = if config.payments.sandbox_url.is_empty() { self_url } else { &config.payments.sandbox_url };
    (
        base.trim_end_matches('/').to_owned(),
        config.payments.sandbox_api_key.reveal().to_owned(),
        config.payments.sandbox_webhook_secret.reveal().to_owned(),
    )
}

fn sandbox(config: &Config, env: Env, self_url: &str) -> anyhow::Result<Sandbox> {
    let (base_url, api_key, webhook_secret) = sandbox_settings(config, self_url);
    Sandbox::new(
        env,
        crate::sandbox::Settings { base_url, api_key, webhook_secret, webhook_url: format!("{self_url}/webhooks/sandbox") },
    )
}

fn payment_settings(config: &Config, self_url: &str) -> anyhow::Result<feira_payment::Settings> {
    let sandbox = config.payments.sandbox.then(|| {
        let (base_url, api_key, secret) = sandbox_settings(config, self_url);
        feira_payment::SandboxSettings {
            base_url: format!("{base_url}/sandbox"),
            api_key,
            webhook_secrets: vec![secret],
            payee: PAYEE.to_owned(),
            timeout: Duration::from_secs(u64::from(config.payments.charge_timeout_seconds)),
        }
    });
    Ok(feira_payment::Settings {
        sandbox,
        payout_every: time::Duration::days(i64::from(config.payments.payout_every_days)),
        ..Default::default()
    })
}

fn order_settings(config: &Config, token_key: TokenKey) -> feira_order::Settings {
    feira_order::Settings {
        pix_expiry: time::Duration::minutes(i64::from(config.orders.pix_minutes)),
        card_expiry: time::Duration::minutes(i64::from(config.orders.card_minutes)),
        return_window: time::Duration::days(i64::from(config.orders.return_window_days)),
        ..feira_order::Settings::new(token_key)
    }
}

fn notification_settings(config: &Config) -> feira_notification::Settings {
    use feira_notification::Transport as Mail;
    let transport = if config.mail.smtp_url.is_empty() {
        Mail::Mailbox { dir: config.data_dir.join("mail") }
    } else {
        Mail::Smtp { url: config.mail.smtp_url.reveal().to_owned() }
    };
    feira_notification::Settings {
        transport,
        from: config.mail.from.clone(),
        base_url: config.base_url(),
        shop_name: config.marketplace.name.clone(),
        max_attempts: 10,
    }
}
