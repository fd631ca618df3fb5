//! Neighbours whose calls fail on demand: before they do anything, or after, when only the
//! answer is lost. Or they take their time.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use feira_cart::*;
use feira_catalog::{
    Adjustment, Catalog, CatalogError, Category, CategoryKey, Image, ImageFile, ImageUpload,
    ImportReport, ImportRequest, Movement, NewCategory, NewProduct, NewVariant, Product,
    ProductCard, ProductChange, ProductId, ProductKey, Reservation, ReservationKey,
    ReservationRequest, Restock, Search, Sellable, SellerFilter, SellerProduct, StockLevel,
    StockLine, VariantChange, VariantId,
};
use feira_kernel::{
    Actor, IdempotencyKey, ModuleError, Money, Page, PageRequest, StoreId, TestClock, Versions,
    token::TokenHash,
};
use feira_payment::{
    Balance, Books, Exchange, LedgerLine, Method, NewRefund, Payment, PaymentError, PaymentId,
    Payments, Payout, PayoutId, ProviderWebhook, Reference, Refund, ReleaseEarning, SplitState,
    StartPayment,
};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
}

/// Counts the calls of all neighbours, and breaks the one that it was told to.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    calls: Vec<&'static str>,
    broken: Option<(usize, When)>,
    slow: Option<Slow>,
}

/// Calls of a method that wait for each other, and for a while.
#[derive(Clone)]
pub(crate) struct Slow {
    pub(crate) method: &'static str,
    /// So many of them meet.
    pub(crate) meet: Arc<tokio::sync::Barrier>,
    /// How far the clock goes on with each.
    pub(crate) clock: TestClock,
    pub(crate) takes: time::Duration,
}

impl Faults {
    /// Breaks the call with this number, from 0, and forgets the calls so far.
    pub(crate) fn break_call(&self, number: usize, when: When) {
        *self.0.lock().unwrap() = State {
            calls: Vec::new(),
            broken: Some((number, when)),
            slow: None,
        };
    }

    /// Slows the calls of one method.
    pub(crate) fn slow_down(&self, slow: Slow) {
        self.0.lock().unwrap().slow = Some(slow);
    }

    pub(crate) fn heal(&self) {
        let mut state = self.0.lock().unwrap();
        (state.broken, state.slow) = (None, None);
    }

    /// The names of the calls since the last [`Self::break_call`].
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().calls.clone()
    }

    async fn call<T, E: ModuleError>(
        &self,
        method: &'static str,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        // Asked by a job of its own, whenever that is due: no part of any story.
        if method == "held" {
            return call.await;
        }
        let (broken, slow) = {
            let mut state = self.0.lock().unwrap();
            let number = state.calls.len();
            state.calls.push(method);
            let slow = state.slow.clone().filter(|slow| slow.method == method);
            let broken = state.broken.filter(|(n, _)| *n == number).map(|(_, w)| w);
            (broken, slow)
        };
        if let Some(slow) = slow {
            let met = tokio::time::timeout(Duration::from_secs(20), slow.meet.wait());
            met.await.expect("as many calls at once");
            slow.clock.advance(slow.takes);
        }
        match broken {
            Some(When::Before) => Err(E::unavailable(format!("{method} was not reached"))),
            Some(When::After) => {
                let _ = call.await;
                Err(E::unavailable(format!("the answer of {method} was lost")))
            }
            None => call.await,
        }
    }
}

macro_rules! breakable {
    ($name:ident: $trait:ident, $error:ident { $($method:ident($($arg:ident: $ty:ty),*) -> $ok:ty;)+ }) => {
        pub(crate) struct $name {
            pub(crate) inner: Arc<dyn $trait>,
            pub(crate) faults: Faults,
        }

        #[async_trait]
        impl $trait for $name {
            $(
                async fn $method(&self, actor: &Actor $(, $arg: $ty)*) -> Result<$ok, $error> {
                    self.faults.call(stringify!($method), self.inner.$method(actor $(, $arg)*)).await
                }
            )+
        }
    };
}

breakable!(BreakableCarts: Carts, CartError {
    create(key: Option<IdempotencyKey>) -> NewCart;
    cart(id: CartId) -> Cart;
    add_item(id: CartId, item: NewItem, key: Option<IdempotencyKey>) -> Cart;
    set_quantity(id: CartId, item: CartItemId, quantity: u32, expected: Option<Versions>) -> Cart;
    remove_item(id: CartId, item: CartItemId, expected: Option<Versions>) -> Cart;
    set_shipping(id: CartId, shipping: ShippingSelection, expected: Option<Versions>) -> Cart;
    claim(id: CartId, guest: TokenHash, key: Option<IdempotencyKey>) -> Claimed;
    for_checkout(id: CartId, owner: CartOwner) -> Cart;
    hold(id: CartId, version: i64, order: Uuid) -> bool;
    release(id: CartId, order: Uuid) -> Option<Released>;
    held(page: PageRequest) -> Page<HeldCart>;
    close(id: CartId, order: Uuid, bought: Option<Vec<StockLine>>) -> ();
});

breakable!(BreakableCatalog: Catalog, CatalogError {
    categories() -> Vec<Category>;
    category(key: CategoryKey) -> Category;
    create_category(new: NewCategory, key: Option<IdempotencyKey>) -> Category;
    create_product(new: NewProduct, key: Option<IdempotencyKey>) -> Product;
    update_product(id: ProductId, change: ProductChange) -> Product;
    add_variant(product: ProductId, new: NewVariant, key: Option<IdempotencyKey>) -> Product;
    update_variant(product: ProductId, variant: VariantId, change: VariantChange) -> Product;
    product(key: ProductKey) -> Product;
    search(query: Search, page: PageRequest) -> Page<ProductCard>;
    cards(ids: Vec<ProductId>) -> Vec<ProductCard>;
    seller_products(filter: SellerFilter, page: PageRequest) -> Page<SellerProduct>;
    sellables(variants: Vec<VariantId>) -> Vec<Sellable>;
    add_image(product: ProductId, upload: ImageUpload, key: Option<IdempotencyKey>) -> Image;
    image_file(key: String) -> ImageFile;
    adjust_stock(adjustment: Adjustment, key: Option<IdempotencyKey>) -> StockLevel;
    movements(variant: VariantId, page: PageRequest) -> Page<Movement>;
    reserve(request: ReservationRequest) -> Reservation;
    commit_reservation(key: ReservationKey) -> Reservation;
    release_reservation(key: ReservationKey) -> ();
    restock(request: Restock) -> ();
    import(request: ImportRequest, key: Option<IdempotencyKey>) -> ImportReport;
});

breakable!(BreakablePayments: Payments, PaymentError {
    accepts(method: Method, amount: Money) -> ();
    start(start: StartPayment) -> Payment;
    payment(id: PaymentId) -> Payment;
    by_references(references: Vec<Reference>) -> Vec<Payment>;
    cancel(id: PaymentId) -> Payment;
    refund(refund: NewRefund) -> Refund;
    release_earning(release: ReleaseEarning) -> ();
    provider_webhook(webhook: ProviderWebhook) -> ();
    payments(page: PageRequest) -> Page<Payment>;
    balance(store: Option<StoreId>) -> Vec<Balance>;
    ledger(store: Option<StoreId>, page: PageRequest) -> Page<LedgerLine>;
    payouts(page: PageRequest) -> Page<Payout>;
    run_payouts(key: Option<IdempotencyKey>) -> Vec<Payout>;
    mark_payout_paid(payout: PayoutId, reference: String, key: Option<IdempotencyKey>) -> Payout;
    books() -> Books;
    exchanges(id: PaymentId) -> Vec<Exchange>;
    poll() -> u32;
    splits(payment: PaymentId) -> Vec<SplitState>;
    reference_of(id: PaymentId) -> Uuid;
});
