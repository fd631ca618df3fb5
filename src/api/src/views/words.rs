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

    /// Where the money of a store order is. `on_delivery`: its buyer pays the store when it is handed over.
    Settlement = feira_order::Settlement { Unpaid, OnDelivery, Paid, PartiallyRefunded, Refunded }

    /// The return window is over.
    Completion = feira_order::Completion { Completed }

    /// What a buyer may do with an order.
    BuyerAction = feira_order::BuyerAction { Cancel, ConfirmDelivery }

    /// What a seller may do with a store order. `collect`: its buyer paid the store; `give_up`: she did not, and
    /// will not.
    SellerAction = feira_order::SellerAction { Accept, Ship, Deliver, Collect, GiveUp }

    /// A way to pay.
    PaymentMethod = feira_payment::MethodKind { Pix, Card, BankTransfer, Paypal, Whatsapp, CashOnDelivery }

    /// What became of what a store is paid itself: `unpaid` is what nobody will pay.
    LegStatus = feira_payment::LegStatus { Open, Paid, Unpaid }

    /// Whom a payment by hand pays.
    PayeeKind = feira_payment::PayeeKind { Marketplace, Store }

    /// What a provider is.
    ProviderKind = feira_payment::KindName { Manual, MercadoPago, Paypal, PixApi, Sandbox, Stripe, Woovi }

    /// Who decided on a provider.
    ProviderSource = feira_payment::ProviderSource { Settings, Operator }

    /// Towards those that are asked first, or last.
    ProviderMove = feira_payment::ProviderMove { Up, Down }

    /// `good`: it answers, and takes the keys.
    CheckOutcome = feira_payment::CheckOutcome { Good, Refused, Unreachable, NotSupported }

    /// `completed` is captured.
    PaymentStatus = feira_payment::PaymentStatus {
        Pending, Authorized, Completed, Failed, Cancelled, Expired, PartiallyRefunded, Refunded,
        Disputed,
    }

    /// Why an attempt to pay failed; `payment_declined` is anything that none of the others says.
    PaymentFailure = feira_payment::PaymentFailure {
        Refused, EndedByProvider, Expired, CardDeclined, ExpiredCard, IncorrectNumber, IncorrectCvc,
        InsufficientFunds, AuthenticationFailed, CardTokenUnknown, PaymentDeclined,
    }

    /// `pending`: on its way, or to be sent by hand.
    RefundStatus = feira_payment::RefundStatus { Pending, Completed, Failed }

    /// `requested` and `asked`: on its way, or to be sent by hand. `failed`: refused, or it came back.
    RefundState = feira_order::OrderRefundState { Requested, Asked, Completed, Failed }

    /// Why a refund failed; `came_back`: the payer's bank sent it back; `withdrawn`: it was to be sent by hand, and nobody
    /// will.
    RefundFailure = feira_order::RefundFailure {
        Refused, CameBack, Withdrawn, TooLarge, WholeOnly, TooLate, Disputed, PaidToStores, NotPossible,
    }

    /// Why money goes back.
    RefundReason = feira_order::RefundReason {
        NotReceived, Damaged, NotAsDescribed, OutOfStock, BuyerRegret, PaidTooMuch, Goodwill, Other,
    }

    /// `store`: it gives its earning back, and the marketplace its commission unless it keeps that.
    /// `marketplace`: goodwill, the store keeps its earning.
    BorneBy = feira_payment::BorneBy { Store, Marketplace }

    /// `failed`: given up before it was paid; `returned`: sent back by the bank after it. Of both the
    /// amounts are payable again.
    PayoutStatus = feira_payment::PayoutStatus { Pending, Paid, Failed, Returned }

    /// Which kind of account a store is paid on.
    PayoutAccountKind = feira_store::PayoutAccountKind { Pix, BankAccount, Iban, Provider }

    /// Where a store's earning by one of its orders stands.
    EarningState = feira_payment::EarningState {
        Unpaid, Pending, Payable, InPayout, PaidOut, PaidToStore, PaidAtProvider, Refunded,
    }

    /// Why an earning stands where it does. `undelivered`, `return_window`, `no_document` and `releasing` are
    /// what one that is pending waits for.
    EarningWhy = feira_web::reports::Why {
        Unpaid, Cancelled, Refunding, Refunded, Undelivered, ReturnWindow, NoDocument, Releasing, Payable,
        InPayout, PaidOut, PaidToStore, PaidAtProvider, OnDelivery,
    }

    /// The kind of a bank's file.
    BankStatementFormat = feira_payment::BankStatementFormat { Ofx, Csv }

    /// `open`: it waits for somebody. `matching`: its payment is being marked. `out`: money that went out.
    BankStatementLineState = feira_payment::BankStatementLineState { Open, Matching, Matched, Ignored, Out }

    /// Why a line of a statement was not matched.
    BankStatementReason = feira_payment::BankStatementReason {
        Unknown, AmountOnly, SeveralOfAmount, OtherAmount, SeveralNamed, PaidTooLate, AlreadyPaid, MoneyOut,
        RefundToSend, PayoutToSend, NotYet,
    }

    /// `released`: payable again.
    ReserveStatus = feira_payment::ReserveStatus { Held, Released }

    /// What became of an invoice to a store.
    InvoiceStatus = feira_payment::InvoiceStatus { Open, Paid, WrittenOff, Withdrawn }

    /// Whose report it is.
    ReportFormat = feira_payment::ReportFormat { Stripe, MercadoPago, Paypal, Plain, BankStatement }

    /// In what a report and the books disagree.
    DifferenceKind = feira_payment::DifferenceKind {
        NotInBooks, NotInReport, OtherAmount, OtherCurrency, Fee, Unreadable,
    }
    /// How money is asked back: by a card's bank, or by the special return of a PIX.
    DisputeKind = feira_payment::DisputeKind { Chargeback, Med }

    /// While it is `opened` or `evidence_sent`, its money is kept back.
    DisputeState = feira_payment::DisputeState { Opened, EvidenceSent, Won, Lost }

    /// What a piece of evidence shows; an `explanation` is in words only.
    EvidenceKind = feira_payment::EvidenceKind {
        Explanation, Product, Delivery, Communication, Receipt, Signature, Policy, Other,
    }

    /// What may be done about a dispute.
    DisputeAction = feira_payment::DisputeAction { WriteEvidence, SendEvidence, Close, Appeal }

    /// Where a store's account at a provider stands, as the provider said last; payouts go to one that is `ready`.
    StoreAccountState = feira_payment::StoreAccountState { None, Incomplete, Checking, Restricted, Ready }

    /// What became of a payout's transfer; what is `asked` is asked again until its outcome is known.
    TransferState = feira_payment::TransferState { Waiting, Asked, Made, GivenUp }

    /// Why a transfer is not made yet.
    TransferTrouble = feira_payment::TransferTrouble { Short, AccountClosed, Refused, Unknown, Settings }

    /// What became of what is taken back of a transfer.
    ReversalState = feira_payment::ReversalState { Asked, Made, Refused }

    /// What became of what was to leave an account to which charges are split.
    WithdrawalState = feira_payment::WithdrawalState { Asked, Made, Refused, Unknown }

    /// Why what is in an account to which charges are split stays there.
    WithdrawalKept = feira_payment::WithdrawalKept { NotPaid, NewStore, OtherKey, Owes, BelowMinimum }

    /// Why money moved.
    LedgerKind = feira_payment::LedgerKind {
        Capture, Release, SplitPaid, RestReleased, Refund, RefundHeld, RefundFreed, RefundReturned, Payout, PayoutPaid,
        PayoutReturned, PayoutReversed, Fee, DisputeOpened, DisputeWon,
        DisputeLost, Netting, SettledByStore, WriteOff, Invoiced, ReserveHeld, ReserveReleased,
    }

    /// Where money stands.
    LedgerAccount = feira_payment::Account {
        ProviderClearing, ProviderDisputed, SellerPending, SellerPayable, SellerDisputed, SellerRefunding, SellerReserve,
        SellerReceivable, PayoutInTransit, PlatformCommission, ProviderFees, PlatformPromotions, WriteOffs, Tax,
    }
}
