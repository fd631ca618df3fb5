use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use feira_user::NewUser;

use super::{CLI, Environment, terminal};
use crate::cluster::Use;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make a verified account; the password is read from standard input.
    Create {
        #[arg(long)]
        email: String,
        /// Without one: the part of the e-mail before the @.
        #[arg(long)]
        first_name: Option<String>,
        #[arg(long, default_value = "")]
        last_name: String,
        /// An operator role, admin or support; may be repeated. Without one: a customer.
        #[arg(long = "role")]
        roles: Vec<String>,
        /// en or pt-BR.
        #[arg(long)]
        locale: Option<String>,
    },
}

pub(super) async fn run(
    environment: &Environment,
    command: UserCommand,
) -> anyhow::Result<ExitCode> {
    let UserCommand::Create {
        email,
        first_name,
        last_name,
        roles,
        locale,
    } = command;
    let config = environment.load()?;
    let mut password = String::new();
    std::io::stdin()
        .read_line(&mut password)
        .context("the password is read from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let first_name = first_name.unwrap_or_else(|| local_part(&email).to_owned());
    let place = environment.workplace(&config, Use::Share).await?;
    let new = NewUser {
        email,
        password,
        first_name,
        last_name,
        locale,
        roles,
    };
    let users = &place.started.modules.users;
    let made = users.create(&CLI, new).await;
    place.close().await?;
    match made {
        Ok(user) => {
            terminal::say(&format!("{} {}", user.id, user.email));
            Ok(ExitCode::SUCCESS)
        }
        Err(feira_user::UserError::Invalid(fields)) => {
            let why: Vec<String> = fields
                .iter()
                .map(|f| format!("{}: {}", f.pointer.trim_start_matches('/'), f.detail))
                .collect();
            anyhow::bail!("{}", why.join("; "))
        }
        Err(error) => Err(error.into()),
    }
}

fn local_part(email: &str) -> &str {
    email.split('@').next().unwrap_or_default()
}
