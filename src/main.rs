//! The `feira` binary: reads the environment once, then hands over to the command line.

use std::process::ExitCode;

use clap::Parser;
use feira::cli::{Cli, Environment};

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn main() -> ExitCode {
    let environment = Environment {
        profile: std::env::var("FEIRA_PROFILE").ok(),
        data: std::env::var_os("FEIRA_DATA").map(Into::into),
        config: std::env::var_os("FEIRA_CONFIG").map(Into::into),
        xdg_data_home: std::env::var_os("XDG_DATA_HOME").map(Into::into),
        home: std::env::var_os("HOME").map(Into::into),
        path: std::env::var_os("PATH"),
        variables: std::env::vars_os()
            .map(|(name, text)| {
                let text = text.to_string_lossy().into_owned();
                (name.to_string_lossy().into_owned(), text)
            })
            .filter(|(name, _)| name.starts_with("FEIRA_"))
            .collect(),
        yes: false,
    };
    feira::cli::run(Cli::parse(), environment)
}
