//! States and kinds as the API spells them: those of the modules, each variant named here. One more
//! in a module does not compile before it is here, where it changes the public API.

use serde::Serialize;
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $of:ty { $($word:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($word),+
        }

        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                type Of = $of;
                match value {
                    $(Of::$word => Self::$word),+
                }
            }
        }
    )+};
}

words! {
    /// For which part of the marketplace a token is.
    Audience = feira_kernel::Surface { Shop, Seller, Admin }

    /// Where the delivery of an event stands; `dead` waits for an operator.
    DeliveryState = feira_kernel::outbox::DeliveryState { Pending, Done, Dead }

    /// Only what is `approved` can be bought from.
    StoreStatus = feira_store::StoreStatus {
        Draft, Pending, Approved, Rejected, Suspended, Closed,
    }

    /// Only what is `active` is shown to buyers.
    ProductStatus = feira_catalog::ProductStatus { Draft, Active, Archived }

    /// `counted`: only what is available can be bought. `continue` (sold below zero) and
    /// `not_counted`: any quantity.
    StockPolicy = feira_catalog::StockPolicy { Counted, Continue, NotCounted }

    /// Why a quantity changed.
    MovementReason = feira_catalog::MovementReason {
        Initial, Restock, Adjustment, Import, Reserved, Released, Expired, OrderPlaced,
        OrderCancelled, Returned,
    }

    /// The kind of a file.
    ImportFormat = feira_catalog::ImportFormat { Shopify }

    /// What was done to a line when two carts became one.
    MergeOutcome = feira_cart::MergeOutcome {
        Moved, Summed, CappedByStock, CappedByLimit, NotOffered, CartFull,
    }

    /// `held`: an order made of it waits for its payment. `merged`: its lines went to another.
    CartStatus = feira_cart::CartStatus { Open, Held, Completed, Merged }

    /// `pending` waits for the payment.
    OrderStatus = feira_order::OrderStatus {
        Pending, Confirmed, PartiallyShipped, Shipped, PartiallyDelivered, Delivered, Completed,
        Cancelled, Refunded,
    }

    /// Where the things of a store order are.
    Fulfilment = feira_order::Fulfilment {
        Pending, Accepted, Packed, Shipped, Delivered, Returned, Cancelled,
    }

    /// Where the money of a store order is.
    Settlement = feira_order::Settlement { Unpaid, Paid, PartiallyRefunded, Refunded }

    /// The return window is over.
    Completion = feira_order::Completion { Completed }

    /// What a buyer may do with an order.
    BuyerAction = feira_order::BuyerAction { Cancel, ConfirmDelivery }

    /// What a seller may do with a store order.
    SellerAction = feira_order::SellerAction { Accept, Ship, Deliver }

    /// A way to pay.
    PaymentMethod = feira_payment::MethodKind { Pix, Card, BankTransfer }

    /// `completed` is captured.
    PaymentStatus = feira_payment::PaymentStatus {
        Pending, Authorized, Completed, Failed, Cancelled, Expired, PartiallyRefunded, Refunded,
        Disputed,
    }

    /// `pending`: on its way, or to be sent by hand.
    RefundStatus = feira_payment::RefundStatus { Pending, Completed, Failed }

    /// `failed`: returned by the bank, and its amounts are payable again.
    PayoutStatus = feira_payment::PayoutStatus { Pending, Paid, Failed }

    /// Why money moved.
    LedgerKind = feira_payment::LedgerKind {
        Capture, Release, Refund, RefundReturned, Payout, PayoutPaid, PayoutReturned, Fee, DisputeOpened, DisputeWon,
        DisputeLost, Netting, SettledByStore, WriteOff, ReserveHeld, ReserveReleased,
    }

    /// Where money stands.
    LedgerAccount = feira_payment::Account {
        ProviderClearing, ProviderDisputed, SellerPending, SellerPayable, SellerDisputed, SellerReserve,
        SellerReceivable, PayoutInTransit, PlatformCommission, ProviderFees, PlatformPromotions, WriteOffs, Tax,
    }
}
