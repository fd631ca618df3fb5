//! The public face of `order`: checkout, orders and what becomes of them.

mod error;
mod events;
mod figures;
mod fiscal;
mod ids;
mod lists;
mod refunds;
mod states;
mod types;

use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest, remote};
use feira_payment::{Method, Payment, PaymentId};

pub use error::OrderError;
pub use events::*;
pub use figures::*;
pub use fiscal::*;
pub use ids::*;
pub use lists::*;
pub use refunds::*;
pub use states::*;
pub use types::*;

pub use feira_store::{FULFIL_ORDERS, REFUND_ORDERS};

/// Operators who see all orders.
pub const SEE_ORDERS: &str = "orders.see";

remote! {
    /// Orders. Calls `cart`, `catalog`, `payment`, `store` and `user`.
    pub trait Orders, client HttpOrders, dispatch dispatch_orders, service crate::service::Service {
        /// Buys a cart: one order, one store order per seller. The same caller and key always
        /// answer the same order, however old it is, and are refused for another request; a crash
        /// anywhere is finished by a job. The cart is held until the
        /// order is paid or has ended. Errors before the order exists: `TotalChanged` (with the new
        /// cart), `CartProblems`, `NotPayable`, `AmountNotPayable`, `OutOfStock`. A declined card is
        /// an order whose payment is `failed`, to be retried until the order expires.
        async fn checkout(&self, actor: &Actor, checkout: Checkout) -> Result<Placed, OrderError>;
        /// A pending order's next attempt to pay: an older attempt that is not captured is
        /// cancelled first. Same key, same attempt. `IllegalMove` from the order's state if it is
        /// paid by another attempt, or ended, also while the attempt was made; `StoreClosed` if one of
        /// its stores cannot be bought from any more.
        async fn retry_payment(&self, actor: &Actor, order: OrderId, key: String, method: Method) -> Result<Payment, OrderError>;
        /// One order: its buyer, also by the link in her mails, the holder of its token or of its
        /// cart's, or an operator; anybody else `NotFound`. Who holds a cart's token also pays and cancels, and so does a person
        /// who claimed the cart after its guest ordered. A key of the buyer's is the same by each of
        /// these.
        async fn order(&self, actor: &Actor, id: OrderId) -> Result<Order, OrderError>;
        /// The acting person's orders, or all of them for an operator; newest first.
        async fn orders(&self, actor: &Actor, filter: OrderFilter, page: PageRequest) -> Result<Page<OrderSummary>, OrderError>;
        /// The payment of an order that the actor may see.
        async fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, OrderError>;
        /// The buyer cancels before anything was sent. Final at once; stock and money go back a
        /// moment later, until when the order still shows its payment as it was. Of an order that
        /// nobody has paid the cart goes back at once: see [`Order::returned`]. One that is paid, and
        /// whose payment its provider gives back no more, stays as it is: `RefundNotPossible`.
        /// Idempotent.
        async fn cancel(&self, actor: &Actor, id: OrderId, reason: String, key: Option<IdempotencyKey>) -> Result<Order, OrderError>;
        /// The buyer says that everything sent has arrived: shipped -> delivered. Idempotent.
        async fn confirm_delivery(&self, actor: &Actor, id: OrderId, key: Option<IdempotencyKey>) -> Result<Order, OrderError>;
        /// One store order of the acting seller's store. [`FULFIL_ORDERS`].
        async fn store_order(&self, actor: &Actor, id: StoreOrderId) -> Result<SellerOrder, OrderError>;
        /// The acting seller's store orders, newest first. [`FULFIL_ORDERS`].
        async fn store_orders(&self, actor: &Actor, filter: StoreOrderFilter, page: PageRequest) -> Result<Page<SellerOrderSummary>, OrderError>;
        /// pending -> accepted. Idempotent. [`FULFIL_ORDERS`].
        async fn accept(&self, actor: &Actor, id: StoreOrderId, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// Sends all of a paid store order with a carrier and a tracking number. Repeating it with
        /// the same tracking number changes nothing; with another one `IllegalMove`. [`FULFIL_ORDERS`].
        async fn ship(&self, actor: &Actor, id: StoreOrderId, shipment: NewShipment, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// The seller knows that it arrived: shipped -> delivered. Idempotent. [`FULFIL_ORDERS`].
        async fn deliver(&self, actor: &Actor, id: StoreOrderId, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// The buyer paid a store order on delivery: on_delivery -> paid, once it is shipped. Its commission is owed
        /// by the store from then on. [`FULFIL_ORDERS`], or an operator ([`feira_payment::MANAGE_PAYMENTS`]) of
        /// any. The note, at most 500 characters, is for the history. Idempotent; of one that was not collected
        /// `IllegalMove`.
        async fn mark_collected(&self, actor: &Actor, id: StoreOrderId, note: Option<String>, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// The buyer did not pay it, and will not: it is returned and unpaid, and goes back into the stock, all of
        /// it and once, if that is said. Whose as above. Idempotent; of one that was
        /// collected `IllegalMove`.
        async fn mark_not_collected(&self, actor: &Actor, id: StoreOrderId, outcome: NotCollected, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// The store order has this fiscal document; one that it had is replaced, until a payout has claimed
        /// its earning: `DocumentFixed`. A key that is none, is another company's, or another part's, is
        /// refused. Where no earning is released without a document ([`SellerOrder::lacks_document`]) that
        /// follows within a minute. The same again changes nothing, also without its file. [`FULFIL_ORDERS`].
        async fn set_fiscal_document(&self, actor: &Actor, id: StoreOrderId, document: NewFiscalDocument, key: Option<IdempotencyKey>) -> Result<SellerOrder, OrderError>;
        /// The file of a store order's fiscal document: for its store ([`FULFIL_ORDERS`]), and for whoever may
        /// see the order; else `NotFound`, as where there is none, or where the store order is of another
        /// order than `of`.
        async fn fiscal_file(&self, actor: &Actor, id: StoreOrderId, of: Option<OrderId>) -> Result<FiscalFile, OrderError>;
        /// The numbers of the store orders among these that are the acting member's store's, or of all for an
        /// operator; at most 500. [`SEE_ORDERS`].
        async fn store_order_numbers(&self, actor: &Actor, ids: Vec<StoreOrderId>) -> Result<Vec<StoreOrderNumber>, OrderError>;
        /// What [`Self::refund`] would come to, by the same rules and with the same refusals; writes nothing.
        async fn preview_refund(&self, actor: &Actor, request: RefundRequest) -> Result<OrderRefundPreview, OrderError>;
        /// Gives money back of an order or a store order that is paid, never more than is left of it:
        /// `RefundTooLarge` says how much that is. An operator ([`feira_payment::MANAGE_PAYMENTS`]) of any, and for
        /// the marketplace to bear; a seller ([`REFUND_ORDERS`], if the setting allows) of her own store orders. Of
        /// an order that is being cancelled, or not paid, `IllegalMove`. Idempotent by key. The answer may be
        /// `asked`: it is completed, or fails, later.
        async fn refund(&self, actor: &Actor, request: RefundRequest, key: Option<IdempotencyKey>) -> Result<OrderRefund, OrderError>;
        /// Whether the acting seller may give money back.
        async fn may_refund(&self, actor: &Actor) -> Result<bool, OrderError>;
        /// Numbers for the seller's first page. [`FULFIL_ORDERS`].
        async fn seller_figures(&self, actor: &Actor) -> Result<SellerFigures, OrderError>;
        /// What all stores sold today and in the last 7 and 30 days of a time zone: the three per
        /// currency, none if nothing was sold. [`SEE_ORDERS`].
        async fn market_sales(&self, actor: &Actor, time_zone: String) -> Result<Vec<Sales>, OrderError>;
        /// The numbers of these orders, for lists that name them by id; at most 1,000. Those that are not
        /// there are left out. [`SEE_ORDERS`].
        async fn numbers(&self, actor: &Actor, ids: Vec<OrderId>) -> Result<Vec<OrderNumber>, OrderError>;
        /// What a message about an order needs, with the token of its link. For `System` "notification",
        /// by way of the composition root.
        async fn order_for_message(&self, actor: &Actor, id: OrderId) -> Result<OrderForMessage, OrderError>;
    }
}
