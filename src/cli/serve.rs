use std::{net::IpAddr, process::ExitCode};

use feira_kernel::failpoint;
use feira_web::{accounts::ACCOUNTS, auth::GATEWAY, state::AppState};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Environment, terminal};
use crate::{
    App, ClockAndEntropy, app,
    cluster::{Postgres, Use},
    config::{Config, Profile},
    demo,
};

/// The whole marketplace, by the process that owns the cluster.
pub(super) async fn run(environment: &Environment) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    arm(&config);
    app::check_port(&config)?;
    environment.programs(&config).await?;
    let bar = terminal::progress("starting the database");
    let postgres = environment.postgres(&config, Use::Own).await?;
    bar.finish_and_clear();
    let result = serve(&config, &postgres).await;
    postgres.close().await;
    result.map(|()| ExitCode::SUCCESS)
}

async fn serve(config: &Config, postgres: &Postgres) -> anyhow::Result<()> {
    let app = App::build(config.clone(), &postgres.url, ClockAndEntropy::system()).await?;
    stop_on_signals(app.stop_token())?;
    let demo = app.state().filter(|_| config.is_demo());
    if let Some(state) = &demo {
        fill(state).await?;
    }
    let lacking = match app.state() {
        Some(state) if config.profile == Profile::Production => lacking(config, &state).await?,
        _ => Vec::new(),
    };
    welcome(config, &app, lacking);
    if let Some(state) = demo {
        let stop = app.stop_token();
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                result = demo::orders(&state) => if let Err(error) = result {
                    tracing::warn!(%error, "the demo orders could not be made");
                }
            }
        });
    }
    app.run_until_stopped(true).await
}

/// One module, beside the process that owns the cluster.
pub(super) async fn only(environment: &Environment, module: &str) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        module == "catalog",
        "--only {module}: only the catalogue can be served alone"
    );
    let config = environment.load()?;
    arm(&config);
    app::check_port(&config)?;
    let told = CancellationToken::new();
    stop_on_signals(told.clone())?;
    let postgres = tokio::select! {
        () = told.cancelled() => return Ok(ExitCode::SUCCESS),
        found = environment.attach(&config) => found?,
    };
    let app = App::build_catalog(config, &postgres.url, ClockAndEntropy::system()).await?;
    let stop = app.stop_token();
    tokio::spawn(async move {
        told.cancelled().await;
        stop.cancel();
    });
    terminal::say(&format!(
        "Feira serves {module} to other processes on {}",
        app.url()
    ));
    let result = app.run_until_stopped(true).await;
    postgres.close().await;
    result.map(|()| ExitCode::SUCCESS)
}

/// Fills the demo marketplace if that is still to do. What cannot be made now does not keep the
/// process from serving.
async fn fill(state: &AppState) -> anyhow::Result<()> {
    if !demo::wanted(state).await? {
        return Ok(());
    }
    let bar = terminal::progress("filling the demo marketplace");
    let filled = demo::fill(state).await;
    bar.finish_and_clear();
    if let Err(error) = filled {
        terminal::say(&format!(
            "The demo marketplace is not whole ({error:#}); the next start goes on with it"
        ));
    }
    Ok(())
}

/// Arms the point at which a test wants this process killed.
pub(super) fn arm(config: &Config) {
    let at = &config.development.kill_at;
    if at.is_empty() {
        return;
    }
    let (name, nth) = at.split_once(':').unwrap_or((at, "1"));
    failpoint::arm(name, nth.parse().unwrap_or(1));
}

fn stop_on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is in flight");
        stop.cancel();
    });
    Ok(())
}

/// What a marketplace starts without, and cannot do its work without.
async fn lacking(config: &Config, state: &AppState) -> anyhow::Result<Vec<String>> {
    let mut lacking = Vec::new();
    if !state.notifications.sends(&GATEWAY).await? {
        lacking.push(format!(
            "WARNING: messages are not sent, but written to {}: no mail server is configured (mail.smtp_url)",
            config.data_dir.join("mail").display()
        ));
    }
    let currency = state.settings.currency;
    if state.payments.methods(&GATEWAY, currency).await?.is_empty() {
        lacking.push(
            "WARNING: nothing can be paid: no payment provider takes new payments (payments.order, or the page /admin/providers)"
                .to_owned(),
        );
    }
    Ok(lacking)
}

/// Where to look, how to sign in, where the data lies.
fn welcome(config: &Config, app: &App, lacking: Vec<String>) {
    let port = app.url().rsplit(':').next().unwrap_or_default();
    let base = if config.server.base_url.is_empty() {
        format!("http://localhost:{port}")
    } else {
        config.base_url()
    };
    let mut lines = vec![format!("Feira is at {base}")];
    lines.extend(everywhere(&config.server.bind, port));
    lines.extend([
        format!("  sellers    {base}/seller"),
        format!("  operators  {base}/admin"),
        format!("  API        {base}/api/docs"),
        format!("  data       {}", config.data_dir.display()),
    ]);
    lines.extend(lacking);
    if config.is_demo() {
        lines.push("Sign in to the demo:".to_owned());
        for account in ACCOUNTS {
            lines.push(format!(
                "  {:<10} {}  {}",
                account.role, account.email, account.password
            ));
        }
    }
    if let Some(token) = app.first_operator()
        && config.profile == Profile::Production
    {
        lines.push(
            "There is no operator yet. Create the first one with this link, which works once:"
                .to_owned(),
        );
        lines.push(format!("  {base}/l/first-operator/{token}"));
    }
    terminal::say(&lines.join("\n"));
}

/// That other machines reach it too, which the address above does not say.
fn everywhere(bind: &str, port: &str) -> Option<String> {
    let bind: IpAddr = bind.parse().ok()?;
    bind.is_unspecified().then(|| {
        format!("  listens on all addresses of this machine, port {port} (server.bind = {bind})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_all_addresses_are_listened_on_is_said() {
        for (bind, said) in [
            ("0.0.0.0", true),
            ("::", true),
            ("127.0.0.1", false),
            ("::1", false),
            ("10.1.2.3", false),
            ("localhost", false),
        ] {
            let line = everywhere(bind, "8080");
            assert_eq!(line.is_some(), said, "{bind}");
            let whole = format!("all addresses of this machine, port 8080 (server.bind = {bind})");
            assert!(line.is_none_or(|line| line.contains(&whole)), "{bind}");
        }
    }
}
