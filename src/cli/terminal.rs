//! What a person at the terminal reads.

use std::{io::IsTerminal, time::Duration};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard output.
#[allow(clippy::print_stdout, reason = "the answer of a command")]
pub(super) fn say(text: &str) {
    println!("{text}");
}

/// A spinner with words on a terminal; elsewhere a line of the log, at once.
pub(super) fn progress(words: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        tracing::info!("{words}");
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(words);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A question on a terminal; where nobody can answer, the answer is no.
#[allow(clippy::print_stderr, reason = "this is what the person answers")]
pub(super) fn ask(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

/// Logging as configured; a second call changes nothing.
pub(super) fn log(config: &crate::config::Config) -> anyhow::Result<()> {
    use crate::config::LogFormat;
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.filter)
        .with_context(|| config.setting("log.filter"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // It would be told on standard error, where there may be nobody any more, and end the task.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let _ = match config.log.format {
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
