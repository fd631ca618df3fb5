//! Orders: buying a cart as one order with one store order per seller, and what becomes of them.
//!
//! Owns the schema `orders`. Calls `cart`, `catalog`, `payment`, `store` and `user`.
//!
//! Invariants:
//! - An order is written whole, in one transaction: its store orders, lines and
//!   checkout. There is at most one per caller and key, and at most one that lives per cart, which
//!   is held for it from before it is placed until it is paid or has ended.
//! - Whatever changes an order locks its row first, moves through the machines of `status`, and
//!   writes the projection `orders.status` and the history in the same transaction.
//! - Money and stock are moved by the modules that own them, under keys derived from the order,
//!   so that every step of the checkout may run twice. See `checkout` for its states, and `refunds` for
//!   those of what is given back beside a cancel.
//! - Where `document_before_payout` is set no earning is released before its part is completed and has a
//!   fiscal document, whichever comes last; one that waits for its document is marked
//!   (`earning_held_at`), and the job `order.held_earnings` releases it.

mod access;
mod acts;
mod api;
mod checkout;
mod confirmation;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod events;
mod field_codes;
mod fiscal;
mod jobs;
mod keys;
mod neighbours;
mod order_locks;
mod order_rows;
mod placement;
mod refunds;
mod search;
mod service;
mod status;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod validate;

use std::sync::Arc;

use feira_cart::Carts;
use feira_catalog::Catalog;
use feira_kernel::{Env, Module, Runtime, token::TokenKey};
use feira_payment::Payments;
use feira_store::Stores;
use feira_user::Users;
use time::Duration;

pub use acts::ACTS;
pub use api::*;
pub use checkout::FAILPOINTS;
pub use feira_files::Documents;
pub use field_codes::FIELD_CODES;

/// The modules below.
#[derive(Clone)]
pub struct Deps {
    pub carts: Arc<dyn Carts>,
    pub catalog: Arc<dyn Catalog>,
    pub payments: Arc<dyn Payments>,
    pub stores: Arc<dyn Stores>,
    pub users: Arc<dyn Users>,
    /// Where the files of fiscal documents are kept.
    pub documents: Documents,
}

#[derive(Debug, Clone)]
pub struct Settings {
    /// Signs the tokens that open guests' orders.
    pub token_key: TokenKey,
    /// Below which address their pages are, which the tokens open: `https://market.example/l/order`.
    pub order_pages: String,
    /// Below which address stores see their parts of orders: `https://market.example/seller/orders`.
    pub part_pages: String,
    /// How long an order waits for a PIX payment.
    pub pix_expiry: Duration,
    /// How long an order waits for a card that works.
    pub card_expiry: Duration,
    /// How long an order waits for what a person confirms: a bank transfer, a PIX by hand.
    pub transfer_expiry: Duration,
    /// How much longer than the order its stock is held, so that a payment at the last moment
    /// still finds it.
    pub reservation_margin: Duration,
    /// From delivery to the moment when the earning is payable.
    pub return_window: Duration,
    /// Whether an earning is released only once its part has a fiscal document.
    pub document_before_payout: bool,
    /// A checkout that nobody touched for so long is taken up by the sweeper.
    pub checkout_stale_after: Duration,
    /// How often the sweeper looks for checkouts.
    pub sweep_every: Duration,
    /// How often refunds whose outcome is not known are asked for again.
    pub refunds_every: Duration,
    /// Whether sellers give money of their own orders back.
    pub sellers_refund: bool,
    /// How often delivered orders are looked through for ended return windows.
    pub complete_every: Duration,
}

impl Settings {
    pub fn new(token_key: TokenKey) -> Self {
        Self {
            token_key,
            order_pages: String::new(),
            part_pages: String::new(),
            pix_expiry: Duration::minutes(30),
            card_expiry: Duration::minutes(30),
            transfer_expiry: Duration::hours(48),
            reservation_margin: Duration::minutes(15),
            return_window: Duration::days(7),
            document_before_payout: false,
            checkout_stale_after: Duration::seconds(30),
            sweep_every: Duration::seconds(10),
            refunds_every: Duration::seconds(15),
            sellers_refund: true,
            complete_every: Duration::minutes(1),
        }
    }
}

/// Starts the module; its reactions and jobs are in the answer.
pub fn start(env: Env, deps: Deps, settings: Settings) -> Module<dyn Orders> {
    let service = service::Service::new(env.clone(), deps, settings);
    let runtime = Runtime {
        name: "order",
        env,
        subscriptions: events::subscriptions(&service),
        jobs: jobs::jobs(&service),
    };
    Module {
        api: Arc::new(service),
        runtime,
    }
}
