//! Reactions to what happens below.

use std::sync::Arc;

use feira_kernel::{Subscription, outbox::Event};
use feira_store::StoreChanged;

use crate::{CatalogError, service::Service};

/// A store's event makes this process read anew what it keeps of the store. The effect is in
/// memory and the same however often it comes, so it needs no inbox row; other replicas learn of
/// it by their own refresh.
pub(crate) fn subscriptions(service: &Arc<Service>) -> Vec<Subscription> {
    let service = service.clone();
    vec![Subscription::new(
        "catalog.store_cards",
        "store",
        &[StoreChanged::NAME],
        move |envelope| {
            let service = service.clone();
            async move {
                let changed: StoreChanged = envelope.decode().map_err(CatalogError::defect)?;
                let refreshed = service.store_cards.refresh(changed.store).await;
                service.product_cache.forget_all();
                refreshed
            }
        },
    )]
}
