//! An in-memory cache of stores: which cannot be bought from, and names and currencies. Refreshed after
//! [`FRESH`] and by events of stores; stale values are used while `store` is unavailable.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use feira_kernel::{Clock, Currency, ModuleError, StoreId, Time};
use feira_store::{StoreStatus, Stores};
use time::Duration;
use uuid::Uuid;

use crate::{CatalogError, CategoryId, access::SELF};

const FRESH: Duration = Duration::seconds(30);
/// After a failed refresh the next is tried no sooner.
const RETRY: Duration = Duration::seconds(2);
const BATCH: usize = 100;
const MAX_CARDS: usize = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct StoreCard {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) currency: Currency,
    status: StoreStatus,
}

/// Stores that cannot be bought from, as a set and as a list of ids.
#[derive(Debug, Default)]
pub(crate) struct ClosedStores {
    pub(crate) set: HashSet<StoreId>,
    pub(crate) list: Vec<Uuid>,
}

pub(crate) struct StoreCards {
    stores: Arc<dyn Stores>,
    clock: Clock,
    state: RwLock<State>,
    /// One refresh at a time; other readers use the cached value.
    refreshing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    closed: Option<Arc<ClosedStores>>,
    closed_until: Option<Time>,
    cards: HashMap<StoreId, (Arc<StoreCard>, Time)>,
}

impl StoreCards {
    pub(crate) fn new(stores: Arc<dyn Stores>, clock: Clock) -> Self {
        Self {
            stores,
            clock,
            state: RwLock::default(),
            refreshing: tokio::sync::Mutex::default(),
        }
    }

    /// The stores that cannot be bought from now.
    pub(crate) async fn closed(&self) -> Result<Arc<ClosedStores>, CatalogError> {
        let cached = match self.cached_closed() {
            (Some(closed), true) => return Ok(closed),
            (cached, _) => cached,
        };
        let Some(cached) = cached else {
            let _one = self.refreshing.lock().await;
            return match self.cached_closed() {
                (Some(closed), _) => Ok(closed),
                (None, _) => self.load_closed().await,
            };
        };
        let Ok(_one) = self.refreshing.try_lock() else {
            return Ok(cached);
        };
        Ok(self.load_closed().await.unwrap_or(cached))
    }

    /// One store's card.
    pub(crate) async fn card(&self, store: StoreId) -> Result<Arc<StoreCard>, CatalogError> {
        let mut cards = self.cards(vec![store]).await?;
        cards.remove(&store).ok_or(CatalogError::NotFound)
    }

    /// Cards by store; ones that Stores does not know are left out.
    pub(crate) async fn cards(
        &self,
        mut ids: Vec<StoreId>,
    ) -> Result<HashMap<StoreId, Arc<StoreCard>>, CatalogError> {
        ids.sort_unstable();
        ids.dedup();
        let (mut found, stale) = self.cached_cards(&ids);
        let mut away = None;
        for batch in stale.chunks(BATCH) {
            match self.load_cards(batch).await {
                Ok(loaded) => found.extend(loaded),
                Err(error) => away = Some(error),
            }
        }
        match away {
            // A stale card is better than none; without any, nothing can be shown.
            Some(error) if ids.iter().any(|id| !found.contains_key(id)) => Err(error),
            _ => Ok(found),
        }
    }

    /// Whether the store's people may publish products: asked now, whatever is kept.
    pub(crate) async fn may_publish(&self, store: StoreId) -> Result<bool, CatalogError> {
        let cards = self.load_cards(&[store]).await?;
        let card = cards.get(&store).ok_or(CatalogError::NotFound)?;
        Ok(card.status.may_publish())
    }

    /// The commission rules that name the category and have not ended: asked now.
    pub(crate) async fn commission_rules_of(
        &self,
        category: CategoryId,
    ) -> Result<Vec<String>, CatalogError> {
        let rules = self.stores.commission_rules(&SELF).await;
        let rules = rules.map_err(CatalogError::from_neighbour)?;
        let now = self.clock.now();
        let lasting = rules.into_iter().filter(|rule| {
            rule.category == Some(category.0) && rule.ends_at.is_none_or(|end| end > now)
        });
        Ok(lasting.map(|rule| rule.id.to_string()).collect())
    }

    /// A store changed: what is kept of it is read anew. May run twice, and in any order.
    pub(crate) async fn refresh(&self, store: StoreId) -> Result<(), CatalogError> {
        let _one = self.refreshing.lock().await;
        self.load_closed().await?;
        self.load_cards(&[store]).await?;
        Ok(())
    }

    fn cached_closed(&self) -> (Option<Arc<ClosedStores>>, bool) {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = state.closed_until.is_some_and(|t| t > self.clock.now());
        (state.closed.clone(), fresh)
    }

    async fn load_closed(&self) -> Result<Arc<ClosedStores>, CatalogError> {
        let answer = self.stores.not_purchasable(&SELF).await;
        let now = self.clock.now();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok(stores) => {
                let closed = Arc::new(ClosedStores {
                    list: stores.iter().map(|s| s.0).collect(),
                    set: stores.into_iter().collect(),
                });
                state.closed = Some(closed.clone());
                state.closed_until = Some(now + FRESH);
                Ok(closed)
            }
            Err(error) => {
                state.closed_until = Some(now + RETRY);
                tracing::warn!(%error, "the stores that are closed cannot be read");
                Err(CatalogError::from_neighbour(error))
            }
        }
    }

    fn cached_cards(&self, ids: &[StoreId]) -> (HashMap<StoreId, Arc<StoreCard>>, Vec<StoreId>) {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let mut found = HashMap::with_capacity(ids.len());
        let mut stale = Vec::new();
        for id in ids {
            match state.cards.get(id) {
                Some((card, until)) => {
                    found.insert(*id, card.clone());
                    if *until <= now {
                        stale.push(*id);
                    }
                }
                None => stale.push(*id),
            }
        }
        (found, stale)
    }

    async fn load_cards(
        &self,
        ids: &[StoreId],
    ) -> Result<HashMap<StoreId, Arc<StoreCard>>, CatalogError> {
        let answer = self.stores.stores(&SELF, ids.to_vec()).await;
        let now = self.clock.now();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let stores = match answer {
            Ok(stores) => stores,
            Err(error) => {
                for id in ids {
                    if let Some((_, until)) = state.cards.get_mut(id) {
                        *until = now + RETRY;
                    }
                }
                return Err(CatalogError::from_neighbour(error));
            }
        };
        if state.cards.len() + stores.len() > MAX_CARDS {
            state.cards.clear();
        }
        let mut loaded = HashMap::with_capacity(stores.len());
        for store in stores {
            let card = Arc::new(StoreCard {
                name: store.name,
                slug: store.slug,
                currency: store.currency,
                status: store.status,
            });
            state.cards.insert(store.id, (card.clone(), now + FRESH));
            loaded.insert(store.id, card);
        }
        Ok(loaded)
    }
}
