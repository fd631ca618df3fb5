use std::{path::Path, process::ExitCode};

use anyhow::{Context, bail};
use feira_catalog::{
    Catalog, EDIT_PRODUCTS, EDIT_STOCK, ImportFormat, ImportReport, ImportRequest,
};
use feira_kernel::{Actor, PageRequest, Permission, Surface};
use feira_store::{Store, StoreError, StoreFilter, StoreKey, Stores};

use super::{CLI, Environment, terminal};
use crate::cluster::Use;

/// The exit status where lines were refused.
const REFUSED: u8 = 3;
/// How many stores are named to who asked for one that there is not.
const STORES_NAMED: u32 = 20;

/// Imports as the store's owner would.
pub(super) async fn run(
    environment: &Environment,
    store: &str,
    format: &str,
    dry_run: bool,
    all: bool,
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
        let store = store_of(&*place.started.modules.stores, store).await?;
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
        let mut report = catalog.import(&seller, request, None).await?;
        if all {
            complete(&**catalog, &seller, &mut report).await?;
        }
        anyhow::Ok(report)
    }
    .await;
    bar.finish_and_clear();
    place.close().await?;
    let report = result?;
    tell(&report, all);
    terminal::say(&format!(
        "{}{} products created, {} updated, {} variants, {} lines refused",
        if dry_run { "dry run: " } else { "" },
        report.products_created,
        report.products_updated,
        report.variants,
        report.refused,
    ));
    if report.refused > 0 && report.products_created + report.products_updated == 0 {
        terminal::say("nothing of the file could be taken");
    }
    Ok(match report.refused {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(REFUSED),
    })
}

/// The store of that slug; who mistook it is told which there are.
async fn store_of(stores: &dyn Stores, slug: &str) -> anyhow::Result<Store> {
    match stores.store(&CLI, StoreKey::Slug(slug.to_owned())).await {
        Err(StoreError::NotFound) => {}
        found => return Ok(found?),
    }
    let first = PageRequest::first(STORES_NAMED);
    let there = stores.list(&CLI, StoreFilter::default(), first).await?;
    let mut slugs: Vec<&str> = there.items.iter().map(|store| &*store.slug).collect();
    slugs.sort_unstable();
    if slugs.is_empty() {
        bail!("--store {slug}: there is no such store, nor any other");
    }
    let more = match there.next_cursor {
        Some(_) => " and others",
        None => "",
    };
    bail!(
        "--store {slug}: there is no such store; there are: {}{more}",
        slugs.join(", ")
    );
}

/// Puts all notes of each kind where the first ones are.
async fn complete(
    catalog: &dyn Catalog,
    seller: &Actor,
    report: &mut ImportReport,
) -> anyhow::Result<()> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(Some(100), cursor)?;
        let found = catalog.import_notes(seller, report.id, None, page).await?;
        all.extend(found.items);
        cursor = found.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    for kind in &mut report.notes {
        let same = all
            .iter()
            .filter(|n| n.code == kind.code && n.refused == kind.refused);
        kind.first = same.cloned().collect();
    }
    Ok(())
}

/// A line for each kind of note, and below it those that are there.
fn tell(report: &ImportReport, all: bool) {
    for kind in &report.notes {
        let what = if kind.refused { "refused" } else { "noted" };
        terminal::say(&format!("{what}: {} of {}", kind.count, kind.code));
        for note in &kind.first {
            let column = note.column.as_deref().map(|column| format!(", {column}"));
            let column = column.unwrap_or_default();
            terminal::say(&format!("  line {}{column}: {}", note.line, note.detail));
        }
        let more = usize::try_from(kind.count).unwrap_or(usize::MAX) - kind.first.len();
        match (more, all) {
            (0, _) => {}
            (more, false) => terminal::say(&format!("  and {more} more, which --all shows")),
            (more, true) => terminal::say(&format!("  and {more} more, which were not kept")),
        }
    }
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
