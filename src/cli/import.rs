use std::{path::Path, process::ExitCode};

use anyhow::{Context, bail};
use feira_catalog::{EDIT_PRODUCTS, EDIT_STOCK, ImportFormat, ImportRequest};
use feira_kernel::{Actor, Permission, Surface};
use feira_store::StoreKey;

use super::{CLI, Environment, terminal};
use crate::cluster::Use;

/// Imports as the store's owner would.
pub(super) async fn run(
    environment: &Environment,
    store: &str,
    format: &str,
    dry_run: bool,
    file: &Path,
) -> anyhow::Result<ExitCode> {
    let format = match format {
        "shopify" => ImportFormat::Shopify,
        other => bail!("--format {other}: the known format is shopify"),
    };
    let config = environment.load()?;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let place = environment.workplace(&config, Use::Existing).await?;
    let bar = terminal::progress("importing");
    let result = async {
        let store = place
            .started
            .modules
            .stores
            .store(&CLI, StoreKey::Slug(store.to_owned()))
            .await?;
        let seller = Actor::Person {
            user: store.owner,
            surface: Surface::Seller,
            store: Some(store.id),
            permissions: [Permission::new(EDIT_PRODUCTS), Permission::new(EDIT_STOCK)].into(),
        };
        let request = ImportRequest {
            format,
            dry_run,
            file: bytes,
        };
        let catalog = &place.started.modules.catalog;
        anyhow::Ok(catalog.import(&seller, request, None).await?)
    }
    .await;
    bar.finish_and_clear();
    place.close().await?;
    let report = result?;
    for note in &report.notes {
        terminal::say(&format!(
            "line {}: {}{} ({})",
            note.line,
            if note.refused { "refused: " } else { "" },
            note.detail,
            note.code
        ));
    }
    terminal::say(&format!(
        "{}{} products created, {} updated, {} variants, {} lines refused",
        if dry_run { "dry run: " } else { "" },
        report.products_created,
        report.products_updated,
        report.variants,
        report.refused,
    ));
    Ok(if report.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Fills an empty database with the demo marketplace.
pub(super) async fn demo(environment: &Environment) -> anyhow::Result<ExitCode> {
    let config = environment.load()?;
    if config.profile == crate::config::Profile::Production {
        bail!("there is no demo in production: its passwords are public");
    }
    if !config.database.url.is_empty() {
        bail!(
            "demo accounts are not made in a configured database: unset database.url to use the embedded one"
        );
    }
    super::serve::arm(&config);
    let place = environment.workplace(&config, Use::Share).await?;
    let bar = terminal::progress("filling the demo marketplace");
    let result = crate::demo::fill_modules(&place.started, config.marketplace.currency).await;
    bar.finish_and_clear();
    place.close().await?;
    match result? {
        true => terminal::say("the demo marketplace is there"),
        false => terminal::say("the database is not empty; nothing was changed"),
    }
    Ok(ExitCode::SUCCESS)
}
