use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use feira_kernel::{Actor, Clock, Page, PageRequest};
use uuid::Uuid;

use crate::*;

/// A catalogue in memory: `sellables`, `reserve`, `commit_reservation`, `release_reservation` and
/// `restock` by the rules of the real one; everything else is `Unavailable`.
#[derive(Default)]
pub struct FakeCatalog {
    state: Mutex<State>,
    clock: Option<Clock>,
    down: AtomicBool,
    sellables_calls: AtomicUsize,
}

#[derive(Default)]
struct State {
    stock: BTreeMap<VariantId, Stock>,
    reservations: BTreeMap<ReservationKey, Reservation>,
    restocks: HashSet<Uuid>,
}

struct Stock {
    sellable: Sellable,
    on_hand: u32,
    reserved: u32,
}

impl FakeCatalog {
    /// Without a clock reservations never expire.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reservations expire by this clock, at the next call.
    pub fn with_clock(clock: Clock) -> Self {
        Self {
            clock: Some(clock),
            ..Self::default()
        }
    }

    /// Adds or replaces a variant; what it has available is what is on hand and not reserved.
    pub fn put(&self, sellable: Sellable) {
        let mut state = self.lock();
        let reserved = state.stock.get(&sellable.variant).map_or(0, |s| s.reserved);
        let on_hand = sellable.available + reserved;
        state.stock.insert(
            sellable.variant,
            Stock {
                sellable,
                on_hand,
                reserved,
            },
        );
    }

    /// Changes what is told of a variant: its price, whether it is active.
    pub fn change(&self, variant: VariantId, change: impl FnOnce(&mut Sellable)) {
        if let Some(stock) = self.lock().stock.get_mut(&variant) {
            change(&mut stock.sellable);
        }
    }

    pub fn on_hand(&self, variant: VariantId) -> u32 {
        self.lock().stock.get(&variant).map_or(0, |s| s.on_hand)
    }

    pub fn reserved(&self, variant: VariantId) -> u32 {
        self.lock().stock.get(&variant).map_or(0, |s| s.reserved)
    }

    pub fn reservation(&self, key: ReservationKey) -> Option<Reservation> {
        self.lock().reservations.get(&key).cloned()
    }

    /// How often `sellables` was called.
    pub fn sellables_calls(&self) -> usize {
        self.sellables_calls.load(Ordering::SeqCst)
    }

    /// While it is down every call is `Unavailable` and changes nothing.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(clock) = &self.clock {
            state.expire(clock.now());
        }
        state
    }

    fn called(
        &self,
        actor: &Actor,
        callers: &[&str],
    ) -> Result<MutexGuard<'_, State>, CatalogError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(CatalogError::Unavailable("the fake is down".to_owned()));
        }
        if !actor.is_system(callers) {
            return Err(CatalogError::Forbidden);
        }
        Ok(self.lock())
    }
}

impl State {
    fn expire(&mut self, now: feira_kernel::Time) {
        let due: Vec<_> = self
            .reservations
            .values()
            .filter(|r| r.state == ReservationState::Active && r.expires_at <= now)
            .map(|r| r.key)
            .collect();
        for key in due {
            self.end(key, ReservationState::Expired);
        }
    }

    /// Takes an active reservation to its end.
    fn end(&mut self, key: ReservationKey, to: ReservationState) {
        let Some(reservation) = self.reservations.get_mut(&key) else {
            return;
        };
        reservation.state = to;
        for line in &reservation.lines {
            if let Some(stock) = self.stock.get_mut(&line.variant) {
                stock.reserved -= line.quantity;
                if to == ReservationState::Committed {
                    stock.on_hand -= line.quantity;
                }
            }
        }
    }
}

fn unavailable<T>() -> Result<T, CatalogError> {
    Err(CatalogError::Unavailable(
        "the fake catalogue does not do this".to_owned(),
    ))
}

#[async_trait]
impl Catalog for FakeCatalog {
    async fn sellables(
        &self,
        actor: &Actor,
        variants: Vec<VariantId>,
    ) -> Result<Vec<Sellable>, CatalogError> {
        self.sellables_calls.fetch_add(1, Ordering::SeqCst);
        let state = self.called(actor, rules::MAY_READ)?;
        let variants = rules::batch("/variants", variants, rules::MAX_SELLABLES)?;
        let found = variants.iter().filter_map(|id| state.stock.get(id));
        Ok(found
            .map(|s| Sellable {
                available: s.on_hand - s.reserved,
                ..s.sellable.clone()
            })
            .collect())
    }

    async fn reserve(
        &self,
        actor: &Actor,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        let mut state = self.called(actor, rules::MAY_SELL)?;
        if let Some(known) = state.reservations.get(&request.key) {
            return rules::repeated(known.clone(), None);
        }
        let lines = rules::merged(&request.lines)?;
        if lines.iter().any(|l| !state.stock.contains_key(&l.variant)) {
            return Err(CatalogError::NotFound);
        }
        let available = |state: &State, line: &StockLine| {
            let stock = &state.stock[&line.variant];
            stock.on_hand - stock.reserved
        };
        let short: Vec<Shortage> = lines
            .iter()
            .filter(|line| available(&state, line) < line.quantity)
            .map(|line| Shortage {
                variant: line.variant,
                requested: line.quantity,
                available: available(&state, line),
            })
            .collect();
        if !short.is_empty() {
            return Err(CatalogError::OutOfStock(short));
        }
        for line in &lines {
            if let Some(stock) = state.stock.get_mut(&line.variant) {
                stock.reserved += line.quantity;
            }
        }
        let reservation = Reservation {
            key: request.key,
            lines,
            state: ReservationState::Active,
            expires_at: request.expires_at,
        };
        state.reservations.insert(request.key, reservation.clone());
        Ok(reservation)
    }

    async fn commit_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<Reservation, CatalogError> {
        let mut state = self.called(actor, rules::MAY_SELL)?;
        let found = state.reservations.get(&key).map(|r| r.state);
        match found {
            None => return Err(CatalogError::NotFound),
            Some(ReservationState::Active) => state.end(key, ReservationState::Committed),
            Some(ReservationState::Committed) => {}
            Some(ReservationState::Released | ReservationState::Expired) => {
                return Err(CatalogError::ReservationEnded);
            }
        }
        state
            .reservations
            .get(&key)
            .cloned()
            .ok_or(CatalogError::NotFound)
    }

    async fn release_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<(), CatalogError> {
        let mut state = self.called(actor, rules::MAY_SELL)?;
        match state.reservations.get(&key).map(|r| r.state) {
            Some(ReservationState::Committed) => Err(CatalogError::ReservationEnded),
            Some(ReservationState::Active) => {
                state.end(key, ReservationState::Released);
                Ok(())
            }
            None | Some(ReservationState::Released | ReservationState::Expired) => Ok(()),
        }
    }

    async fn restock(&self, actor: &Actor, request: Restock) -> Result<(), CatalogError> {
        let mut state = self.called(actor, rules::MAY_SELL)?;
        let lines = rules::restock_lines(&request)?;
        if lines.iter().any(|l| !state.stock.contains_key(&l.variant)) {
            return Err(CatalogError::NotFound);
        }
        if state.restocks.insert(request.key) {
            for line in lines {
                if let Some(stock) = state.stock.get_mut(&line.variant) {
                    stock.on_hand += line.quantity;
                }
            }
        }
        Ok(())
    }

    async fn categories(&self, _: &Actor) -> Result<Vec<Category>, CatalogError> {
        unavailable()
    }
    async fn create_category(&self, _: &Actor, _: NewCategory) -> Result<Category, CatalogError> {
        unavailable()
    }
    async fn create_product(&self, _: &Actor, _: NewProduct) -> Result<Product, CatalogError> {
        unavailable()
    }
    async fn update_product(
        &self,
        _: &Actor,
        _: ProductId,
        _: ProductChange,
    ) -> Result<Product, CatalogError> {
        unavailable()
    }
    async fn add_variant(
        &self,
        _: &Actor,
        _: ProductId,
        _: NewVariant,
    ) -> Result<Product, CatalogError> {
        unavailable()
    }
    async fn update_variant(
        &self,
        _: &Actor,
        _: VariantId,
        _: VariantChange,
    ) -> Result<Product, CatalogError> {
        unavailable()
    }
    async fn product(&self, _: &Actor, _: ProductKey) -> Result<Product, CatalogError> {
        unavailable()
    }
    async fn search(
        &self,
        _: &Actor,
        _: Search,
        _: PageRequest,
    ) -> Result<Page<ProductCard>, CatalogError> {
        unavailable()
    }
    async fn cards(&self, _: &Actor, _: Vec<ProductId>) -> Result<Vec<ProductCard>, CatalogError> {
        unavailable()
    }
    async fn seller_products(
        &self,
        _: &Actor,
        _: SellerFilter,
        _: PageRequest,
    ) -> Result<Page<SellerProduct>, CatalogError> {
        unavailable()
    }
    async fn add_image(
        &self,
        _: &Actor,
        _: ProductId,
        _: ImageUpload,
    ) -> Result<Image, CatalogError> {
        unavailable()
    }
    async fn image_file(&self, _: &Actor, _: String) -> Result<ImageFile, CatalogError> {
        unavailable()
    }
    async fn adjust_stock(&self, _: &Actor, _: Adjustment) -> Result<StockLevel, CatalogError> {
        unavailable()
    }
    async fn movements(
        &self,
        _: &Actor,
        _: VariantId,
        _: PageRequest,
    ) -> Result<Page<Movement>, CatalogError> {
        unavailable()
    }
    async fn import(&self, _: &Actor, _: ImportRequest) -> Result<ImportReport, CatalogError> {
        unavailable()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use feira_kernel::{Currency, Money, StoreId};
    use time::macros::datetime;

    use super::*;
    use crate::testing::{Fixture, ON_HAND, contract, sellable};

    #[tokio::test]
    async fn the_fake_keeps_the_contract() {
        let clock = Clock::test(datetime!(2026-03-02 12:00 UTC));
        let fake = FakeCatalog::with_clock(clock.clock());
        let price = Money::from_minor(1990, Currency::BRL).unwrap();
        let store = StoreId(Uuid::from_u128(7));
        let variants = [1, 2].map(|n| sellable(n, store, price, ON_HAND));
        let ids = [variants[0].variant, variants[1].variant];
        variants.into_iter().for_each(|v| fake.put(v));
        contract(Arc::new(fake), Fixture::new(ids, clock)).await;
    }
}
