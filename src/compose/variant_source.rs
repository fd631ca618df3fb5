use std::sync::Arc;

use async_trait::async_trait;
use feira_catalog::{Catalog, VariantId};
use feira_kernel::{Actor, ModuleError};
use feira_notification::{NotificationError, VariantFacts, VariantSource};
use uuid::Uuid;

static NOTIFICATION: Actor = Actor::system("notification");

/// Gives messages the facts of a variant, because `notification` does not call `catalog`.
pub(super) struct FromCatalog(pub(super) Arc<dyn Catalog>);

#[async_trait]
impl VariantSource for FromCatalog {
    async fn variant(&self, id: Uuid) -> Result<VariantFacts, NotificationError> {
        let found = self.0.sellables(&NOTIFICATION, vec![VariantId(id)]).await;
        let found = found.map_err(|error| {
            NotificationError::Unavailable(format!("{}: {error}", error.code()))
        })?;
        let variant = found.into_iter().next();
        let variant = variant.ok_or(NotificationError::NotFound)?;
        Ok(VariantFacts {
            title: variant.title,
            options: variant
                .options
                .into_iter()
                .map(|o| format!("{}: {}", o.name, o.value))
                .collect(),
            sku: variant.sku,
        })
    }
}
