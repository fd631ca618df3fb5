//! The running application: what `feira serve` starts and what tests start on a free port.

mod align;

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App as ActixApp, HttpServer,
    dev::{Server, ServerHandle},
    middleware::{self, from_fn},
    web::Data,
};
use anyhow::Context;
use feira_kernel::{Env, Runner};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    compose::{self, Modules, Surroundings},
    config::Config,
    http::{
        self,
        health::Health,
        observe,
        rpc::{Rpc, Served},
        state::AppState,
    },
    outboxes::Outboxes,
    sandbox::Sandbox,
};

/// A built application: bound, wired, not yet serving.
pub struct App {
    server: Server,
    runner: Runner,
    envs: Vec<Env>,
    stop: CancellationToken,
    url: String,
    first_operator: Option<String>,
    state: Option<Data<AppState>>,
    sandbox: Option<Sandbox>,
}

impl App {
    /// Migrates the database, binds the port and wires everything. Nothing runs yet.
    pub async fn build(
        config: Config,
        database_url: &str,
        surroundings: Surroundings,
    ) -> anyhow::Result<Self> {
        let options = feira_migrations::Options {
            url: database_url.to_owned(),
            role_prefix: config.role_prefix(),
        };
        feira_migrations::migrate(&options)
            .await
            .context("the database could not be migrated")?;
        let (listener, self_url, config) = listen(config)?;
        let modules = compose::build(&config, database_url, &surroundings, &self_url)?;
        if config.database.url.is_empty() {
            // Nobody else serves an embedded cluster.
            modules.gateway.give_back_all().await?;
        }
        let first_operator = modules
            .users
            .invite_first_operator(&feira_kernel::Actor::system("gateway"))
            .await?;
        let stop = CancellationToken::new();
        let sandbox = modules.sandbox.clone();
        let runner = Runner::with_remote(&modules.runtimes, &modules.remote);
        let envs: Vec<Env> = modules.runtimes.iter().map(|r| r.env.clone()).collect();
        runner.register().await?;
        let (server, state) = serve(config, listener, modules, &surroundings, &stop)?;
        Ok(Self {
            server,
            runner,
            envs,
            stop,
            url: self_url,
            first_operator,
            state: Some(state),
            sandbox,
        })
    }

    /// The catalogue alone, for another process: its trait over RPC, its jobs and its events.
    pub async fn build_catalog(
        config: Config,
        database_url: &str,
        surroundings: Surroundings,
    ) -> anyhow::Result<Self> {
        let options = feira_migrations::Options {
            url: database_url.to_owned(),
            role_prefix: config.role_prefix(),
        };
        feira_migrations::migrate(&options)
            .await
            .context("the database could not be migrated")?;
        let (listener, self_url, config) = listen(config)?;
        let only = compose::build_catalog(&config, database_url, &surroundings)?;
        let runner = Runner::with_remote(&only.runtimes, &only.remote);
        let envs: Vec<Env> = only.runtimes.iter().map(|r| r.env.clone()).collect();
        runner.register().await?;
        // Those of the other process are for that one to watch.
        let outboxes = Outboxes::new(&only.runtimes, &[]);
        let traits = vec![("catalog", Served::Catalog(only.catalog))];
        let rpc = Data::new(Rpc::new(only.signer, traits, &outboxes));
        let stop = CancellationToken::new();
        let health = health(outboxes, &stop)?;
        let shutdown = config.server.shutdown_seconds;
        let shared = Data::new(surroundings);
        let server = HttpServer::new(move || {
            ActixApp::new()
                .app_data(rpc.clone())
                .app_data(health.clone())
                .app_data(shared.clone())
                .wrap(from_fn(observe::middleware))
                .configure(http::only_rpc)
        })
        .workers(workers(&config))
        .shutdown_timeout(shutdown)
        .disable_signals()
        .listen(listener)?
        .run();
        Ok(Self {
            server,
            runner,
            envs,
            stop,
            url: self_url,
            first_operator: None,
            state: None,
            sandbox: None,
        })
    }

    /// Where it listens, by address and port.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The one-time token to create the first operator, while there is none.
    pub fn first_operator(&self) -> Option<&str> {
        self.first_operator.as_deref()
    }

    /// Told to stop, it refuses new work, drains, and finishes what was claimed.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// What handlers see; absent in a process that serves other processes only.
    pub(crate) fn state(&self) -> Option<Data<AppState>> {
        self.state.clone()
    }

    /// Deliveries and jobs, for a test that runs them itself.
    pub fn runner(&self) -> Runner {
        self.runner.clone()
    }

    /// Serves until told to stop. With `background` deliveries and jobs run too; a test that
    /// sets the clock runs them itself.
    pub async fn run_until_stopped(self, background: bool) -> anyhow::Result<()> {
        let Self {
            server,
            runner,
            envs,
            stop,
            sandbox,
            ..
        } = self;
        let mut tasks = JoinSet::new();
        if background {
            let token = stop.clone();
            tasks.spawn(async move { runner.run_until(token).await });
            if let Some(env) = envs.first().cloned() {
                let token = stop.clone();
                tasks.spawn(async move { align::keep(env, token).await });
            }
        }
        let handle: ServerHandle = server.handle();
        let waiting = stop.clone();
        tasks.spawn(async move {
            waiting.cancelled().await;
            // What it holds would hold up our own end.
            if let Some(sandbox) = sandbox {
                sandbox.release();
            }
            handle.stop(true).await;
        });
        let served = server.await;
        stop.cancel();
        while tasks.join_next().await.is_some() {}
        for env in envs {
            env.pool.close().await;
        }
        served.context("the HTTP server ended with an error")
    }
}

/// Binds first: the port may be chosen by the system, and links need it.
fn listen(mut config: Config) -> anyhow::Result<(TcpListener, String, Arc<Config>)> {
    let (bind, port) = (config.server.bind.clone(), config.server.port);
    let listener = TcpListener::bind((bind.as_str(), port)).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {port} is in use: stop the other program, or start with FEIRA_SERVER__PORT={} (or another free port)",
            port.saturating_add(1)
        ),
        _ => anyhow::anyhow!("cannot listen on {bind}:{port}: {error}"),
    })?;
    listener.set_nonblocking(true)?;
    config.server.port = listener.local_addr()?.port();
    let self_url = format!("http://127.0.0.1:{}", config.server.port);
    Ok((listener, self_url, Arc::new(config)))
}

fn workers(config: &Config) -> usize {
    match config.server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        n => n,
    }
}

fn serve(
    config: Arc<Config>,
    listener: TcpListener,
    modules: Modules,
    surroundings: &Surroundings,
    stop: &CancellationToken,
) -> anyhow::Result<(Server, Data<AppState>)> {
    let outboxes = Outboxes::new(&modules.runtimes, &modules.remote);
    let rpc = modules.signer.clone().map(|signer| {
        let traits = vec![
            ("catalog", Served::Catalog(modules.catalog.clone())),
            ("store", Served::Store(modules.stores.clone())),
        ];
        Data::new(Rpc::new(signer, traits, &outboxes))
    });
    let sandbox = modules.sandbox.map(Data::new);
    let state = Data::new(AppState {
        users: modules.users,
        stores: modules.stores,
        catalog: modules.catalog,
        carts: modules.carts,
        orders: modules.orders,
        payments: modules.payments,
        notifications: modules.notifications,
        outboxes: outboxes.clone(),
        gateway: modules.gateway,
        clock: surroundings.clock.clone(),
        entropy: surroundings.entropy.clone(),
        config: config.clone(),
        page_key: modules.token_key,
    });
    let health = health(outboxes, stop)?;
    let shared = state.clone();
    let surroundings = Data::new(surroundings.clone());
    let server = HttpServer::new(move || {
        let (rpc, sandbox) = (rpc.clone(), sandbox.clone());
        ActixApp::new()
            .app_data(shared.clone())
            .app_data(health.clone())
            .app_data(surroundings.clone())
            .app_data(http::path_config())
            .wrap(from_fn(http::same_origin::middleware))
            .wrap(middleware::Compress::default())
            .wrap(from_fn(observe::middleware))
            .configure(move |cfg| {
                if let Some(rpc) = rpc {
                    cfg.app_data(rpc).configure(http::rpc_routes);
                }
                if let Some(sandbox) = sandbox {
                    cfg.app_data(sandbox).configure(crate::sandbox::configure);
                }
            })
            .configure(http::routes)
    })
    .workers(workers(&config))
    .shutdown_timeout(config.server.shutdown_seconds)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok((server, state))
}

fn health(outboxes: Outboxes, stop: &CancellationToken) -> anyhow::Result<Data<Health>> {
    Ok(Data::new(Health {
        outboxes,
        metrics: recorder()?,
        stopping: stop.clone(),
    }))
}

/// One recorder per process, also where a test builds several applications.
fn recorder() -> anyhow::Result<metrics_exporter_prometheus::PrometheusHandle> {
    static HANDLE: std::sync::Mutex<Option<metrics_exporter_prometheus::PrometheusHandle>> =
        std::sync::Mutex::new(None);
    let mut handle = HANDLE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    let made = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;
    *handle = Some(made.clone());
    Ok(made)
}
