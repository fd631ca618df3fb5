use std::{future::Future, pin::Pin, sync::Arc};

use feira_kernel::{Actor, ErrorKind, ModuleError, TestClock, Time};
use time::Duration;
use uuid::Uuid;

use crate::*;

/// Units on hand of each variant of a [`Fixture`].
pub const ON_HAND: u32 = 10;

type Settle = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the suite works on: the caller prepares it, because the fake makes no products.
pub struct Fixture {
    /// Of active products, each with [`ON_HAND`] units and nothing reserved, counted.
    pub variants: [VariantId; 2],
    /// Alike, but sold below zero.
    pub sold_on: VariantId,
    /// Alike, but not counted.
    pub not_counted: VariantId,
    /// The clock that the catalogue goes by.
    pub clock: TestClock,
    /// Runs due jobs after the clock was moved; nothing to do for the fake.
    pub settle: Box<dyn Fn() -> Settle + Send + Sync>,
}

struct Suite {
    api: Arc<dyn Catalog>,
    fixture: Fixture,
    order: Actor,
}

/// What every catalogue promises about stock, whoever answers: the real one, the fake, the
/// remote one. Ends with the stock that it started with.
pub async fn contract(api: Arc<dyn Catalog>, fixture: Fixture) {
    let suite = Suite {
        api,
        fixture,
        order: Actor::system("order"),
    };
    suite.sellables().await;
    suite.only_modules().await;
    suite.hold_and_release().await;
    suite.all_or_nothing().await;
    suite.sale_and_return().await;
    suite.policies().await;
    suite.only_uncounted().await;
    suite.bad_requests().await;
    suite.race_for_the_last().await;
    suite.expiry().await;
    suite.stock_is(ON_HAND, "at the end").await;
}

fn key(number: u128) -> ReservationKey {
    ReservationKey(Uuid::from_u128(0xc0de_0000_0000 + number))
}

fn line(variant: VariantId, quantity: u32) -> StockLine {
    StockLine { variant, quantity }
}

/// What takes the sale of a reservation back.
fn undo(number: u128, lines: Vec<StockLine>) -> Restock {
    Restock {
        key: key(number).0,
        reservation: Some(key(number)),
        lines,
        reason: MovementReason::OrderCancelled,
        reference: "order".to_owned(),
    }
}

impl Suite {
    fn later(&self) -> Time {
        self.fixture.clock.now() + Duration::minutes(15)
    }

    async fn reserve(
        &self,
        number: u128,
        lines: Vec<StockLine>,
    ) -> Result<Reservation, CatalogError> {
        let request = ReservationRequest {
            key: key(number),
            lines,
            expires_at: self.later(),
        };
        self.api.reserve(&self.order, request).await
    }

    async fn available(&self, variant: VariantId) -> u32 {
        let found = self.api.sellables(&self.order, vec![variant]).await;
        found.expect("sellables answer")[0].available
    }

    async fn stock_is(&self, expected: u32, when: &str) {
        for variant in self.fixture.variants {
            assert_eq!(self.available(variant).await, expected, "{when}");
        }
    }

    async fn sellables(&self) {
        let [a, b] = self.fixture.variants;
        let unknown = VariantId(Uuid::from_u128(1));
        let asked = vec![a, unknown, b, a];
        let found = self.api.sellables(&self.order, asked).await.unwrap();
        assert_eq!(
            found.len(),
            2,
            "unknown ones are left out, others come once"
        );
        assert!(found.iter().all(|s| s.active && s.available == ON_HAND));
        let many = (0..201).map(|n| VariantId(Uuid::from_u128(n))).collect();
        let refused = self.api.sellables(&self.order, many).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
    }

    async fn only_modules(&self) {
        let [a, _] = self.fixture.variants;
        for actor in [Actor::stranger(), Actor::system("cart")] {
            let request = ReservationRequest {
                key: key(1),
                lines: vec![line(a, 1)],
                expires_at: self.later(),
            };
            let refused = self.api.reserve(&actor, request).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Forbidden);
        }
        let refused = self.api.sellables(&Actor::stranger(), vec![a]).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
        let refused = self
            .api
            .commit_reservation(&Actor::stranger(), key(1))
            .await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
    }

    async fn hold_and_release(&self) {
        let [a, b] = self.fixture.variants;
        let lines = vec![line(b, 1), line(a, 2), line(b, 3)];
        let made = self.reserve(2, lines.clone()).await.unwrap();
        let mut merged = vec![line(a, 2), line(b, 4)];
        merged.sort_by_key(|l| l.variant);
        assert_eq!(made.lines, merged, "lines of one variant are summed");
        assert_eq!(made.state, ReservationState::Active);
        assert_eq!(self.available(b).await, ON_HAND - 4);
        let again = self.reserve(2, lines.clone()).await.unwrap();
        assert_eq!(again, made, "the same key answers the same reservation");
        assert_eq!(
            self.available(b).await,
            ON_HAND - 4,
            "and holds nothing more"
        );
        for _ in 0..2 {
            let released = self.api.release_reservation(&self.order, key(2)).await;
            released.unwrap();
            self.stock_is(ON_HAND, "after a release, and its repeat")
                .await;
        }
        let late = self.api.commit_reservation(&self.order, key(2)).await;
        assert!(matches!(late, Err(CatalogError::ReservationEnded)));
        let late = self.reserve(2, lines).await;
        assert!(matches!(late, Err(CatalogError::ReservationEnded)));
        let unknown = self.api.release_reservation(&self.order, key(999)).await;
        unknown.expect("an unknown key is no error");
    }

    async fn all_or_nothing(&self) {
        let [a, b] = self.fixture.variants;
        // Each line alone would fit; together they do not.
        let lines = vec![line(a, 1), line(b, 6), line(b, 6)];
        let Err(CatalogError::OutOfStock(short)) = self.reserve(3, lines).await else {
            panic!("more than there is must be refused");
        };
        let expected = Shortage {
            variant: b,
            requested: 12,
            available: ON_HAND,
        };
        assert_eq!(short, [expected]);
        self.stock_is(ON_HAND, "after a refusal").await;
        let unknown = VariantId(Uuid::from_u128(1));
        let refused = self.reserve(3, vec![line(a, 1), line(unknown, 1)]).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
        self.reserve(3, vec![line(a, 1)])
            .await
            .expect("a refused key may be tried again");
        let released = self.api.release_reservation(&self.order, key(3)).await;
        released.unwrap();
    }

    async fn sale_and_return(&self) {
        let [a, b] = self.fixture.variants;
        let lines = vec![line(a, 3), line(b, 3)];
        self.reserve(4, lines.clone()).await.unwrap();
        for _ in 0..2 {
            let sold = self.api.commit_reservation(&self.order, key(4)).await;
            assert_eq!(sold.unwrap().state, ReservationState::Committed);
            self.stock_is(ON_HAND - 3, "after a sale, and its repeat")
                .await;
        }
        let again = self.reserve(4, lines.clone()).await.unwrap();
        assert_eq!(again.state, ReservationState::Committed);
        let refused = self.api.release_reservation(&self.order, key(4)).await;
        assert!(matches!(refused, Err(CatalogError::ReservationEnded)));
        let unknown = self.api.commit_reservation(&self.order, key(998)).await;
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::NotFound);
        for _ in 0..2 {
            let back = self.api.restock(&self.order, undo(4, lines.clone())).await;
            back.unwrap();
            self.stock_is(ON_HAND, "after a restock, and its repeat")
                .await;
        }
    }

    /// One reservation of all three policies: what is counted is held, what is sold on goes below
    /// zero, what is not counted is only written down.
    async fn policies(&self) {
        let [a, _] = self.fixture.variants;
        let (on, free) = (self.fixture.sold_on, self.fixture.not_counted);
        let mut lines = vec![line(a, 1), line(on, ON_HAND + 2), line(free, 1_000)];
        let made = self.reserve(7, lines.clone()).await.unwrap();
        lines.sort_by_key(|l| l.variant);
        assert_eq!(made.lines, lines);
        assert_eq!(self.reserve(7, lines.clone()).await.unwrap(), made);
        let left = async || {
            let counted = self.available(a).await;
            (
                counted,
                self.available(on).await,
                self.available(free).await,
            )
        };
        assert_eq!(left().await, (ON_HAND - 1, 0, ON_HAND));
        let more = self.reserve(8, vec![line(on, 1), line(a, ON_HAND)]).await;
        let Err(CatalogError::OutOfStock(short)) = more else {
            panic!("what is counted is short");
        };
        assert_eq!(short.len(), 1, "and nothing else is: {short:?}");
        for _ in 0..2 {
            let sold = self.api.commit_reservation(&self.order, key(7)).await;
            assert_eq!(sold.unwrap().lines, lines);
            assert_eq!(left().await, (ON_HAND - 1, 0, ON_HAND));
        }
        for _ in 0..2 {
            let back = self.api.restock(&self.order, undo(7, lines.clone())).await;
            back.unwrap();
            assert_eq!(left().await, (ON_HAND, ON_HAND, ON_HAND));
        }
    }

    async fn only_uncounted(&self) {
        let lines = vec![line(self.fixture.not_counted, 3)];
        let made = self.reserve(9, lines.clone()).await.unwrap();
        assert_eq!(self.reserve(9, lines.clone()).await.unwrap(), made);
        for _ in 0..2 {
            let sold = self.api.commit_reservation(&self.order, key(9)).await;
            let sold = sold.unwrap();
            assert_eq!(sold.state, ReservationState::Committed);
            assert_eq!(sold.lines, lines);
        }
        let released = self.api.release_reservation(&self.order, key(9)).await;
        assert!(matches!(released, Err(CatalogError::ReservationEnded)));
        for _ in 0..2 {
            let back = self.api.restock(&self.order, undo(9, lines.clone())).await;
            back.unwrap();
        }
        self.reserve(10, lines).await.unwrap();
        let released = self.api.release_reservation(&self.order, key(10)).await;
        released.unwrap();
        let late = self.api.commit_reservation(&self.order, key(10)).await;
        assert!(matches!(late, Err(CatalogError::ReservationEnded)));
        assert_eq!(self.available(self.fixture.not_counted).await, ON_HAND);
    }

    async fn bad_requests(&self) {
        let [a, _] = self.fixture.variants;
        for lines in [vec![], vec![line(a, 0)], vec![line(a, u32::MAX); 2]] {
            let refused = self.reserve(5, lines).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Invalid);
        }
        let past = ReservationRequest {
            key: key(5),
            lines: vec![line(a, 1)],
            expires_at: self.fixture.clock.now(),
        };
        let refused = self.api.reserve(&self.order, past).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
        let restock = Restock {
            key: key(5).0,
            reservation: None,
            lines: vec![line(a, 1)],
            reason: MovementReason::Reserved,
            reference: "order".to_owned(),
        };
        let refused = self.api.restock(&self.order, restock).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid);
        self.stock_is(ON_HAND, "after refused requests").await;
    }

    async fn race_for_the_last(&self) {
        let [a, b] = self.fixture.variants;
        let tasks: Vec<_> = (0..16_u128)
            .map(|n| {
                let (api, order, expires_at) = (self.api.clone(), self.order.clone(), self.later());
                // Half of them name the variants the other way round.
                let lines = if n % 2 == 0 {
                    vec![line(a, 1), line(b, 1)]
                } else {
                    vec![line(b, 1), line(a, 1)]
                };
                let request = ReservationRequest {
                    key: key(100 + n),
                    lines,
                    expires_at,
                };
                tokio::spawn(async move { api.reserve(&order, request).await })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => won += 1,
                Err(CatalogError::OutOfStock(_)) => {}
                Err(other) => panic!("a loser is told that stock is out, not {other}"),
            }
        }
        assert_eq!(won, ON_HAND);
        for n in 0..16 {
            let released = self.api.release_reservation(&self.order, key(100 + n));
            released.await.unwrap();
        }
    }

    async fn expiry(&self) {
        let [a, b] = self.fixture.variants;
        let lines = vec![line(a, 2), line(b, 2)];
        self.reserve(6, lines.clone()).await.unwrap();
        self.fixture.clock.advance(Duration::minutes(15));
        let late = self.api.commit_reservation(&self.order, key(6)).await;
        assert!(matches!(late, Err(CatalogError::ReservationEnded)));
        let late = self.reserve(6, lines).await;
        assert!(matches!(late, Err(CatalogError::ReservationEnded)));
        (self.fixture.settle)().await;
        self.stock_is(ON_HAND, "after the hold expired").await;
        let released = self.api.release_reservation(&self.order, key(6)).await;
        released.expect("an expired hold is no error to release");
    }
}
