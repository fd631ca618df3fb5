use std::process::ExitCode;

use super::{Environment, terminal};
use crate::config::Profile;

/// Every setting, a line of TOML each, with its source as the comment.
pub(super) fn run(environment: &Environment) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    let profile = match config.profile {
        Profile::Development => "development",
        Profile::Production => "production",
    };
    let source = |variable: Option<&str>| variable.unwrap_or("the default").to_owned();
    let by_profile = environment.profile.is_some().then_some("FEIRA_PROFILE");
    let by_data = environment.data.is_some().then_some("FEIRA_DATA");
    terminal::say(&format!("# profile {profile}, from {}", source(by_profile)));
    terminal::say(&format!(
        "# data in {}, from {}",
        config.data_dir.display(),
        source(by_data)
    ));
    for setting in &config.settings {
        let (key, shown, source) = (&setting.key, &setting.shown, &setting.source);
        terminal::say(&format!("{key} = {shown}  # {source}"));
    }
    Ok(ExitCode::SUCCESS)
}
