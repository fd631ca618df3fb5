use anyhow::ensure;
use feira_kernel::PageRequest;
use feira_store::{StoreFilter, Stores};
use feira_web::auth::GATEWAY;

use crate::config::Config;

/// Refuses another currency than that of the stores which are there: their prices, orders and
/// ledger have it, and nothing is converted. All have the same, so that one is enough to ask.
pub(crate) async fn check_currency(config: &Config, stores: &dyn Stores) -> anyhow::Result<()> {
    let one = PageRequest::first(1);
    let found = stores.list(&GATEWAY, StoreFilter::default(), one).await?;
    let wanted = config.marketplace.currency;
    let found = found.items.first().map_or(wanted, |store| store.currency);
    ensure!(
        found == wanted,
        "{} is {wanted}, but there are stores with prices in {found}, which nothing converts: set it to \
         {found}, or begin a marketplace in {wanted} in a new data directory (FEIRA_DATA) or database, \
         where products can be imported with new prices",
        config.setting("marketplace.currency")
    );
    Ok(())
}
