use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use feira_kernel::{Actor, Clock};

use super::state::{State, Stock};
use crate::{validate::stock, *};

/// A catalogue in memory: `sellables`, `reserve`, `commit_reservation`, `release_reservation` and
/// `restock` by the rules of the real one; everything else is `Internal`.
#[derive(Default)]
pub struct FakeCatalog {
    state: Mutex<State>,
    clock: Option<Clock>,
    down: AtomicBool,
    sellables_calls: AtomicUsize,
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
        let on_hand = i64::from(sellable.available) + i64::from(reserved);
        state.stock.insert(
            sellable.variant,
            Stock {
                sellable,
                on_hand,
                reserved,
            },
        );
    }

    /// Changes what is told of a variant: its price, whether it is active, what is to be had.
    pub fn change(&self, variant: VariantId, change: impl FnOnce(&mut Sellable)) {
        if let Some(stock) = self.lock().stock.get_mut(&variant) {
            let left = stock.on_hand - i64::from(stock.reserved);
            let before = u32::try_from(left).unwrap_or(0);
            stock.sellable.available = before;
            change(&mut stock.sellable);
            if stock.sellable.available != before {
                stock.on_hand = i64::from(stock.sellable.available) + i64::from(stock.reserved);
            }
        }
    }

    pub fn on_hand(&self, variant: VariantId) -> i64 {
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
        allowed: fn(&Actor) -> Result<(), CatalogError>,
    ) -> Result<MutexGuard<'_, State>, CatalogError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(CatalogError::Unavailable("the fake is down".to_owned()));
        }
        allowed(actor)?;
        Ok(self.lock())
    }
}

#[async_trait]
impl Catalog for FakeCatalog {
    async fn sellables(
        &self,
        actor: &Actor,
        variants: Vec<VariantId>,
    ) -> Result<Vec<Sellable>, CatalogError> {
        self.sellables_calls.fetch_add(1, Ordering::SeqCst);
        let state = self.called(actor, access::read_sellables)?;
        let variants = stock::batch("/variants", variants, stock::MAX_SELLABLES)?;
        let found = variants.iter().filter_map(|id| state.stock.get(id));
        Ok(found
            .map(|s| Sellable {
                available: s.available(),
                ..s.sellable.clone()
            })
            .collect())
    }

    async fn reserve(
        &self,
        actor: &Actor,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        let mut state = self.called(actor, access::sell)?;
        if let Some(known) = state.reservations.get(&request.key) {
            return status::repeated(known.clone(), None);
        }
        if let Some(clock) = &self.clock {
            stock::expiry(request.expires_at, clock.now())?;
        }
        state.hold(request)
    }

    async fn commit_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<Reservation, CatalogError> {
        let mut state = self.called(actor, access::sell)?;
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
        let mut state = self.called(actor, access::sell)?;
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
        let mut state = self.called(actor, access::sell)?;
        let lines = stock::restock_lines(&request)?;
        if lines.iter().any(|l| !state.stock.contains_key(&l.variant)) {
            return Err(CatalogError::NotFound);
        }
        if state.restocks.insert(request.key) {
            let state = &mut *state;
            let sale = request
                .reservation
                .filter(|key| state.reservations.contains_key(key));
            for line in lines {
                let Some(stock) = state.stock.get_mut(&line.variant) else {
                    continue;
                };
                let uncounted = match sale {
                    Some(key) => state.uncounted.contains(&(key, line.variant)),
                    None => stock.sellable.stock_policy == StockPolicy::NotCounted,
                };
                if !uncounted {
                    stock.on_hand += i64::from(line.quantity);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use feira_kernel::{Currency, Money, StoreId};
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Fixture, ON_HAND, contract, sellable};

    #[tokio::test]
    async fn the_fake_keeps_the_contract() {
        let clock = Clock::test(datetime!(2026-03-02 12:00 UTC));
        let fake = FakeCatalog::with_clock(clock.clock());
        let price = Money::from_minor(1990, Currency::BRL).unwrap();
        let store = StoreId(Uuid::from_u128(7));
        let policies = [
            StockPolicy::Counted,
            StockPolicy::Counted,
            StockPolicy::Continue,
            StockPolicy::NotCounted,
        ];
        let mut ids = Vec::new();
        for (number, stock_policy) in (1..).zip(policies) {
            let variant = Sellable {
                stock_policy,
                ..sellable(number, store, price, ON_HAND)
            };
            ids.push(variant.variant);
            fake.put(variant);
        }
        let fixture = Fixture {
            variants: [ids[0], ids[1]],
            sold_on: ids[2],
            not_counted: ids[3],
            clock,
            settle: Box::new(|| Box::pin(async {})),
        };
        contract(Arc::new(fake), fixture).await;
    }
}
