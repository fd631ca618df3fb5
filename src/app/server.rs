//! The HTTP servers: what is bound, and what each worker is given.

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App as ActixApp,
    dev::Server,
    middleware::{self, from_fn},
    web::{Data, FormConfig},
};
use feira_api::{
    health::{Health, MetricsAccess, Storage},
    rpc::{Rpc, Served},
};
use feira_kernel::Runtime;
use feira_web::{
    answers,
    audits::Audits,
    body_limits::{self, BodyLimits, BodySettings},
    current::ErrorPage,
    detached, encoding, language, mount, observe,
    outboxes::Outboxes,
    reports::StatementPaper,
    same_origin,
    serving::{self, Serving},
    state::{AppState, ClockAndEntropy, Settings},
    submitted,
};
use tokio_util::sync::CancellationToken;

use super::{figures, line};
use crate::{
    compose::{CatalogOnly, Started},
    config::{self, Config, Profile},
    routes,
};

/// How many ports above one that is in use are tried, to name a free one.
const PORTS_TRIED: u16 = 20;

/// A port that is in use is said before anything is made; this lets go of it again.
pub(crate) fn check_port(config: &Config) -> anyhow::Result<()> {
    bind(config).map(drop)
}

fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    let (bind, port) = (config.server.bind.as_str(), config.server.port);
    TcpListener::bind((bind, port)).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => in_use(bind, port),
        _ => anyhow::anyhow!(
            "cannot listen on {bind}:{port}: {error}; the settings server.bind and server.port say where"
        ),
    })
}

fn in_use(bind: &str, port: u16) -> anyhow::Error {
    let free = match free_port(bind, port) {
        Some(free) => format!("{free} (or another free port)"),
        None => "0, which takes any free port".to_owned(),
    };
    anyhow::anyhow!(
        "port {port} is in use: stop the other program, or start with FEIRA_SERVER__PORT={free}"
    )
}

/// One of the next ports, if it can be had at this moment.
fn free_port(bind: &str, taken: u16) -> Option<u16> {
    let mut next = (1..=PORTS_TRIED).filter_map(|step| taken.checked_add(step));
    next.find(|port| TcpListener::bind((bind, *port)).is_ok())
}

/// Binds first: the port may be chosen by the system, and links need it.
pub(super) fn listen(mut config: Config) -> anyhow::Result<(TcpListener, String, Arc<Config>)> {
    let listener = bind(&config)?;
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

/// The marketplace: its API, its pages and what else it was told to serve.
pub(super) fn serve(
    config: Arc<Config>,
    listener: TcpListener,
    started: Started,
    clock_and_entropy: &ClockAndEntropy,
    stop: &CancellationToken,
) -> anyhow::Result<(Server, Data<AppState>)> {
    let outboxes = Outboxes::new(&started.runtimes, &started.remote);
    let audits = Audits::new(&started.runtimes, &started.remote_audits);
    let rpc = started.signer.clone().map(|signer| {
        let traits = vec![
            ("catalog", Served::Catalog(started.modules.catalog.clone())),
            ("store", Served::Store(started.modules.stores.clone())),
        ];
        Data::new(Rpc::new(signer, traits, &outboxes, &audits))
    });
    let sandbox = started.sandbox.map(Data::new);
    let state = Data::new(AppState {
        modules: started.modules,
        outboxes: outboxes.clone(),
        audits,
        gateway: started.gateway,
        clock: clock_and_entropy.clock.clone(),
        entropy: clock_and_entropy.entropy.clone(),
        settings: settings(&config),
        page_key: started.token_key,
    });
    let health = health(&config, outboxes, &started.runtimes, stop)?;
    let shared = state.clone();
    let serving = serving(&config, listener, clock_and_entropy.clone());
    let clock_and_entropy = Data::new(clock_and_entropy.clone());
    let uploads = feira_pages::upload_limits(config.server.max_upload_bytes);
    let origins = config.server.cors_origins.clone();
    let bodies = Data::new(bodies(&config.server));
    let server = serving::serve(serving, move || {
        ActixApp::new()
            .app_data(shared.clone())
            .app_data(health.clone())
            .app_data(clock_and_entropy.clone())
            .app_data(feira_pages::error_response as ErrorPage)
            .app_data(feira_pages::statement_paper as StatementPaper)
            .app_data(uploads.clone())
            .app_data(FormConfig::default().limit(submitted::MAX_FORM))
            .app_data(bodies.clone())
            .wrap(from_fn(submitted::middleware))
            .wrap(from_fn(detached::middleware))
            .wrap(from_fn(same_origin::middleware))
            .wrap(from_fn(mount::links))
            .wrap(middleware::Compress::default())
            .wrap(from_fn(encoding::middleware))
            .wrap(from_fn(answers::middleware))
            .wrap(from_fn(body_limits::middleware))
            .wrap(from_fn(observe::middleware))
            .wrap(from_fn(mount::middleware))
            .configure(|cfg| {
                routes::marketplace(cfg, &origins, rpc.clone(), sandbox.clone());
            })
    })?;
    Ok((server, state))
}

/// The catalogue alone, to other processes.
pub(super) fn serve_catalog(
    config: &Config,
    listener: TcpListener,
    only: CatalogOnly,
    clock_and_entropy: ClockAndEntropy,
    stop: &CancellationToken,
) -> anyhow::Result<Server> {
    // Those of the other process are for that one to watch.
    let outboxes = Outboxes::new(&only.runtimes, &[]);
    let traits = vec![("catalog", Served::Catalog(only.catalog))];
    let audits = Audits::new(&only.runtimes, &[]);
    let rpc = Data::new(Rpc::new(only.signer, traits, &outboxes, &audits));
    let health = health(config, outboxes, &only.runtimes, stop)?;
    let serving = serving(config, listener, clock_and_entropy.clone());
    let shared = Data::new(clock_and_entropy);
    let bodies = Data::new(bodies(&config.server));
    let server = serving::serve(serving, move || {
        ActixApp::new()
            .app_data(health.clone())
            .app_data(shared.clone())
            .app_data(feira_pages::error_response as ErrorPage)
            .app_data(bodies.clone())
            .wrap(from_fn(detached::middleware))
            .wrap(from_fn(encoding::middleware))
            .wrap(from_fn(answers::middleware))
            .wrap(from_fn(body_limits::middleware))
            .wrap(from_fn(observe::middleware))
            .configure(|cfg| routes::only_rpc(cfg, rpc.clone()))
    })?;
    Ok(server)
}

fn serving(config: &Config, listener: TcpListener, given: ClockAndEntropy) -> Serving {
    let https = config.base_url().starts_with("https://");
    Serving {
        listener,
        workers: workers(config),
        max_connections: config.server.max_connections,
        shutdown_seconds: config.server.shutdown_seconds,
        connected: line::bound,
        unread: Arc::new(move |status| observe::unread(status, &given, https)),
    }
}

fn settings(config: &Config) -> Settings {
    let server = &config.server;
    Settings {
        demo: config.is_demo(),
        production: config.profile == Profile::Production,
        name: config.marketplace.name.clone(),
        base_url: config.base_url(),
        currency: config.marketplace.currency,
        time_zone: config.marketplace.time_zone.clone(),
        language: language::known(&config.marketplace.language).unwrap_or("en"),
        trust_proxy: server.trust_proxy,
        max_json_bytes: server.max_json_bytes,
        max_upload_bytes: server.max_upload_bytes,
        idempotency_wait: Duration::from_millis(server.idempotency_wait_ms.into()),
    }
}

fn bodies(server: &config::Server) -> BodyLimits {
    BodyLimits::new(&BodySettings {
        body_seconds: server.body_seconds,
        body_min_bytes_per_second: server.body_min_bytes_per_second,
        upload_seconds: server.upload_seconds,
        max_json_bytes: server.max_json_bytes,
        max_upload_bytes: server.max_upload_bytes,
        partial_bodies: server.partial_bodies,
        partial_bodies_per_client: server.partial_bodies_per_client,
        partial_bodies_mib: server.partial_bodies_mib,
        partial_bodies_mib_per_client: server.partial_bodies_mib_per_client,
        trust_proxy: server.trust_proxy,
    })
}

fn health(
    config: &Config,
    outboxes: Outboxes,
    runtimes: &[Runtime],
    stop: &CancellationToken,
) -> anyhow::Result<Data<Health>> {
    let (metrics, trust_proxy) = (&config.metrics, config.server.trust_proxy);
    let metrics_access = MetricsAccess::new(&metrics.networks, metrics.token.reveal(), trust_proxy);
    Ok(Data::new(Health {
        outboxes,
        storage: Storage::new(runtimes),
        metrics: figures::recorder()?,
        metrics_access: metrics_access.map_err(anyhow::Error::msg)?,
        stopping: stop.clone(),
    }))
}
