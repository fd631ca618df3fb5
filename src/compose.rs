//! The composition root: builds the modules bottom-up and wires events and jobs. The only place
//! where a module's implementation, rather than its trait, is named.

mod currency;
mod order_source;
mod settings;
mod variant_source;
mod zone;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use feira_catalog::{Catalog, HttpCatalog};
use feira_gateway::Gateway;
use feira_kernel::{
    Env, Module, Runtime,
    audit::{AuditLog, HttpAuditLog},
    db::{Pool, PoolSettings, Roles},
    outbox::{HttpOutbox, Outbox},
    remote::{Signer, Transport},
    token::TokenKey,
};
use feira_notification::Notifications;
use feira_order::Orders;
use feira_payment::{Documents, Payments};
use feira_sandbox::Sandbox;
use feira_store::{HttpStores, Stores};
use feira_user::Users;
use feira_web::{modules::Modules, state::ClockAndEntropy};

use crate::{config::Config, keys::Keys};

pub(crate) use currency::check_currency;
pub(crate) use zone::check_time_zone;

/// What this process has, started.
pub(crate) struct Started {
    pub(crate) modules: Modules,
    pub(crate) gateway: Gateway,
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) runtimes: Vec<Runtime>,
    pub(crate) token_key: TokenKey,
    /// Between processes, when a key is configured.
    pub(crate) signer: Option<Signer>,
    /// The events of modules that another process has.
    pub(crate) remote: Vec<(&'static str, Arc<dyn Outbox>)>,
    /// And who did what there.
    pub(crate) remote_audits: Vec<(&'static str, Arc<dyn AuditLog>)>,
}

/// Makes what a module is given.
struct Builder<'a> {
    config: &'a Config,
    roles: Option<Roles>,
    url: &'a str,
    clock_and_entropy: &'a ClockAndEntropy,
    instance: String,
    runtimes: Vec<Runtime>,
    remote: Vec<(&'static str, Arc<dyn Outbox>)>,
    remote_audits: Vec<(&'static str, Arc<dyn AuditLog>)>,
}

impl<'a> Builder<'a> {
    fn new(
        config: &'a Config,
        url: &'a str,
        clock_and_entropy: &'a ClockAndEntropy,
        keys: &Keys,
    ) -> Self {
        Self {
            config,
            roles: config.roles(&keys.token),
            url,
            clock_and_entropy,
            instance: format!("{:016x}", clock_and_entropy.entropy.below(u64::MAX)),
            runtimes: Vec::new(),
            remote: Vec::new(),
            remote_audits: Vec::new(),
        }
    }

    fn env(&self, schema: &'static str) -> anyhow::Result<Env> {
        let roles = self.roles.as_ref().map(|roles| roles.logins(schema));
        let mut settings = PoolSettings::new(self.url, schema, roles);
        let schemas = u32::try_from(feira_migrations::schemas().count())?;
        settings.size = self.config.database.connections / schemas;
        if schema == "catalog" {
            // Lists are what is asked for most.
            settings.searches = (settings.size * 2 / 5).max(1);
        }
        settings.most_waiting = usize::try_from(self.config.database.most_waiting)?;
        settings.instance.clone_from(&self.instance);
        let pool = Pool::connect(&settings)?;
        Ok(Env {
            clock: self.clock_and_entropy.clock.clone(),
            entropy: self.clock_and_entropy.entropy.clone(),
            pool,
        })
    }

    fn add<A: ?Sized>(&mut self, module: Module<A>) -> Arc<A> {
        self.runtimes.push(module.runtime);
        module.api
    }

    /// The way to a module in another process, if its URL is set. Its events and its audit log have
    /// paths of their own and a short deadline: pages of operators ask for them in passing.
    fn remote(
        &mut self,
        url: &str,
        module: &'static str,
        signer: Option<&Signer>,
    ) -> anyhow::Result<Option<Transport>> {
        if url.is_empty() {
            return Ok(None);
        }
        let signer =
            signer.context("modules.rpc_key must be set when a module is in another process")?;
        let way = |name: String, seconds| {
            Transport::new(url, name, signer.clone(), Duration::from_secs(seconds))
                .map_err(anyhow::Error::msg)
        };
        let events = HttpOutbox::new(way(format!("{module}.events"), 2)?);
        self.remote.push((module, Arc::new(events)));
        let audit = HttpAuditLog::new(way(format!("{module}.audit"), 2)?);
        self.remote_audits.push((module, Arc::new(audit)));
        way(module.to_owned(), 5).map(Some)
    }

    fn stores(
        &mut self,
        users: &Arc<dyn Users>,
        signer: Option<&Signer>,
    ) -> anyhow::Result<Arc<dyn Stores>> {
        if let Some(transport) = self.remote(&self.config.modules.stores_url, "store", signer)? {
            return Ok(Arc::new(HttpStores::new(transport)));
        }
        let deps = feira_store::Deps {
            users: users.clone(),
        };
        let module = feira_store::start(self.env("stores")?, deps, settings::store(self.config)?);
        Ok(self.add(module))
    }

    fn catalog(
        &mut self,
        stores: &Arc<dyn Stores>,
        signer: Option<&Signer>,
    ) -> anyhow::Result<Arc<dyn Catalog>> {
        if let Some(transport) = self.remote(&self.config.modules.catalog_url, "catalog", signer)? {
            return Ok(Arc::new(HttpCatalog::new(transport)));
        }
        let deps = feira_catalog::Deps {
            stores: stores.clone(),
        };
        let module =
            feira_catalog::start(self.env("catalog")?, deps, settings::catalog(self.config));
        Ok(self.add(module))
    }

    /// The simulated provider, if this process has one.
    fn sandbox(&self, self_url: &str) -> anyhow::Result<Option<Sandbox>> {
        let Some(played) = self.config.payments.built_in() else {
            return Ok(None);
        };
        let env = self.env("sandbox")?;
        settings::sandbox(self.config, played, env, self_url).map(Some)
    }

    /// Below the pictures, which a backup takes along, and where no picture's key leads.
    fn documents(&self, env: &Env) -> Documents {
        let root = self.config.data_dir.join("files/documents");
        Documents::on_disk(root, env.pool.disk_health().clone())
    }

    fn payments(
        &mut self,
        stores: &Arc<dyn Stores>,
        self_url: &str,
        key: &TokenKey,
    ) -> anyhow::Result<Arc<dyn Payments>> {
        let env = self.env("payments")?;
        let deps = feira_payment::Deps {
            stores: stores.clone(),
            documents: self.documents(&env),
        };
        let settings = settings::payment(self.config, self_url, key)?;
        let module = feira_payment::start(env, deps, settings)?;
        Ok(self.add(module))
    }

    fn notifications(
        &mut self,
        users: &Arc<dyn Users>,
        stores: &Arc<dyn Stores>,
        orders: &Arc<dyn Orders>,
        catalog: &Arc<dyn Catalog>,
    ) -> anyhow::Result<Arc<dyn Notifications>> {
        let deps = feira_notification::Deps {
            users: users.clone(),
            stores: stores.clone(),
            orders: Arc::new(order_source::FromOrders(orders.clone())),
            variants: Arc::new(variant_source::FromCatalog(catalog.clone())),
        };
        let env = self.env("notifications")?;
        let module = feira_notification::start(env, deps, settings::notification(self.config))
            .map_err(|error| settings::mail_key(self.config, error))?;
        Ok(self.add(module))
    }
}

/// Builds everything this process has. `self_url` is where it listens itself.
pub(crate) fn build(
    config: &Config,
    url: &str,
    clock_and_entropy: &ClockAndEntropy,
    self_url: &str,
    keys: Keys,
) -> anyhow::Result<Started> {
    tls();
    let signer = signer(config, clock_and_entropy)?;
    let mut b = Builder::new(config, url, clock_and_entropy, &keys);

    let users = feira_user::start(b.env("users")?, settings::user(config, &keys))?;
    let users = b.add(users);
    let stores = b.stores(&users, signer.as_ref())?;
    let catalog = b.catalog(&stores, signer.as_ref())?;
    let sandbox = b.sandbox(self_url)?;
    let payments = b.payments(&stores, self_url, &keys.token)?;
    let deps = feira_cart::Deps {
        catalog: catalog.clone(),
        stores: stores.clone(),
    };
    let carts = feira_cart::start(b.env("carts")?, deps, settings::cart(config));
    let carts = b.add(carts);
    let env = b.env("orders")?;
    let deps = feira_order::Deps {
        carts: carts.clone(),
        catalog: catalog.clone(),
        payments: payments.clone(),
        stores: stores.clone(),
        users: users.clone(),
        documents: b.documents(&env),
    };
    let orders = feira_order::start(env, deps, settings::order(config, &keys.token));
    let orders = b.add(orders);
    let notifications = b.notifications(&users, &stores, &orders, &catalog)?;
    let gateway = Gateway::new(b.env("gateway")?);
    b.runtimes.push(gateway.runtime());
    b.runtimes.extend(sandbox.as_ref().map(Sandbox::runtime));
    let modules = Modules {
        users,
        stores,
        catalog,
        carts,
        orders,
        payments,
        notifications,
    };
    Ok(Started {
        modules,
        gateway,
        sandbox,
        runtimes: b.runtimes,
        token_key: keys.token,
        signer,
        remote: b.remote,
        remote_audits: b.remote_audits,
    })
}

/// The catalogue alone, for a process of its own: stores are asked over the wire.
pub(crate) fn build_catalog(
    config: &Config,
    url: &str,
    clock_and_entropy: &ClockAndEntropy,
    keys: &Keys,
) -> anyhow::Result<CatalogOnly> {
    tls();
    let signer = signer(config, clock_and_entropy)?;
    let mut b = Builder::new(config, url, clock_and_entropy, keys);
    let transport = b
        .remote(&config.modules.stores_url, "store", signer.as_ref())?
        .context("modules.stores_url must be set for a process that serves the catalogue only")?;
    let deps = feira_catalog::Deps {
        stores: Arc::new(HttpStores::new(transport)),
    };
    let module = feira_catalog::start(b.env("catalog")?, deps, settings::catalog(config));
    let catalog = b.add(module);
    let signer = signer.context("modules.rpc_key must be set")?;
    Ok(CatalogOnly {
        catalog,
        signer,
        runtimes: b.runtimes,
        remote: b.remote,
    })
}

/// Refuses to serve with sessions that are not the modules' own.
pub(crate) async fn check_sessions(runtimes: &[Runtime]) -> anyhow::Result<()> {
    for runtime in runtimes {
        let pool = &runtime.env.pool;
        pool.check_session().await.with_context(|| {
            format!(
                "the module of schema {} cannot work with the database: the server (pg_hba.conf) and a \
                 pooler before it must let {} sign in, or database.roles be false",
                pool.schema(),
                pool.roles().map_or("the role of database.url".to_owned(), |roles| roles.join(" and "))
            )
        })?;
    }
    Ok(())
}

/// A process that has nothing but the catalogue.
pub(crate) struct CatalogOnly {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) signer: Signer,
    pub(crate) runtimes: Vec<Runtime>,
    pub(crate) remote: Vec<(&'static str, Arc<dyn Outbox>)>,
}

/// Chooses the implementation of TLS for every client of this process; the first choice stands.
pub(crate) fn tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn signer(config: &Config, clock_and_entropy: &ClockAndEntropy) -> anyhow::Result<Option<Signer>> {
    if config.modules.rpc_key.is_empty() {
        return Ok(None);
    }
    let key = TokenKey::new(config.modules.rpc_key.reveal().as_bytes().to_vec())
        .context("modules.rpc_key is too short")?;
    Ok(Some(Signer::new(key, clock_and_entropy.clock.clone())))
}
