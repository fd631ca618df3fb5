use anyhow::bail;
use feira_kernel::{Runtime, db, validate::is_time_zone};

use crate::config::Config;

/// Refuses a time zone that the database or the pages do not know: days are counted there, and a
/// name that it cannot read would fail each page that counts them; pages show its clocks.
pub(crate) async fn check_time_zone(config: &Config, runtimes: &[Runtime]) -> anyhow::Result<()> {
    let Some(runtime) = runtimes.first() else {
        return Ok(());
    };
    let zone = &config.marketplace.time_zone;
    let known = db::knows_time_zone(runtime.env.pool.read(), zone).await?;
    if known && is_time_zone(zone) {
        return Ok(());
    }
    bail!(
        "{} must be an IANA time zone such as America/Sao_Paulo, not {zone:?}",
        config.setting("marketplace.time_zone")
    )
}
