//! The running application: what `feira serve` starts and what tests start on a free port.

mod align;
mod alone;
mod figures;
mod line;
mod server;

use actix_web::{
    dev::{Server, ServerHandle},
    web::Data,
};
use anyhow::Context;
use feira_kernel::{Env, Runner};
use feira_migrations::Report;
use feira_sandbox::Sandbox;
use feira_web::{
    auth::GATEWAY,
    state::{AppState, ClockAndEntropy},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(crate) use server::check_port;

use crate::{
    compose,
    config::{Config, Profile},
    demo,
    keys::Keys,
    memory,
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
        clock_and_entropy: ClockAndEntropy,
    ) -> anyhow::Result<Self> {
        let keys = Keys::load(&config, &clock_and_entropy.entropy)?;
        migrate(&config, database_url, &keys).await?;
        let (listener, self_url, config) = server::listen(config)?;
        let started = compose::build(&config, database_url, &clock_and_entropy, &self_url, keys)?;
        compose::check_sessions(&started.runtimes).await?;
        compose::check_time_zone(&config, &started.runtimes).await?;
        compose::check_currency(&config, started.modules.stores.as_ref()).await?;
        if config.profile == Profile::Production {
            demo::refuse(&started.gateway).await?;
        }
        alone::take_over(&started.runtimes, Some(&started.gateway)).await?;
        let first_operator = started
            .modules
            .users
            .invite_first_operator(&GATEWAY)
            .await?;
        let stop = CancellationToken::new();
        let sandbox = started.sandbox.clone();
        let runner = Runner::with_remote(&started.runtimes, &started.remote);
        let envs: Vec<Env> = started.runtimes.iter().map(|r| r.env.clone()).collect();
        runner.register().await?;
        let (server, state) = server::serve(config, listener, started, &clock_and_entropy, &stop)?;
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
        clock_and_entropy: ClockAndEntropy,
    ) -> anyhow::Result<Self> {
        let keys = Keys::load(&config, &clock_and_entropy.entropy)?;
        migrate(&config, database_url, &keys).await?;
        let (listener, self_url, config) = server::listen(config)?;
        let only = compose::build_catalog(&config, database_url, &clock_and_entropy, &keys)?;
        compose::check_sessions(&only.runtimes).await?;
        alone::take_over(&only.runtimes, None).await?;
        let runner = Runner::with_remote(&only.runtimes, &only.remote);
        let envs: Vec<Env> = only.runtimes.iter().map(|r| r.env.clone()).collect();
        runner.register().await?;
        let stop = CancellationToken::new();
        let server = server::serve_catalog(&config, listener, only, clock_and_entropy, &stop)?;
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
            tasks.spawn(memory::give_back(stop.clone()));
            if let Some(env) = envs.first().cloned() {
                let token = stop.clone();
                tasks.spawn(async move { align::keep(env, token).await });
            }
        }
        let (figures, token) = (figures::recorder()?, stop.clone());
        tasks.spawn(async move { figures::fold_durations(figures, token).await });
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

/// Brings the database up to this release, with the roles of the present key, and without those of
/// the key before it once no process has that any more.
pub(crate) async fn migrate(
    config: &Config,
    database_url: &str,
    keys: &Keys,
) -> anyhow::Result<Report> {
    let options = feira_migrations::Options {
        url: database_url.to_owned(),
        roles: config.roles(&keys.token),
    };
    let migrated = feira_migrations::migrate(&options).await;
    let report = migrated.context("the database could not be migrated")?;
    let earlier = keys.previous.as_ref().and_then(|key| config.roles(key));
    if let Some(earlier) = earlier {
        // It is tidying up: another process that does the same may be quicker.
        if let Err(error) = feira_migrations::drop_unused(database_url, &earlier).await {
            tracing::warn!(%error, "roles of the key before are still there; the next start tries again");
        }
    }
    Ok(report)
}
