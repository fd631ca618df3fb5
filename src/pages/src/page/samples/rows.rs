//! What lists show.

use feira_kernel::{Currency, StoreId};
use feira_notification::{MessageId, MessageStatus, MessageSummary};
use feira_order::{
    Fulfilment, OrderId, OrderStatus, OrderSummary, Sales, SellerOrderSummary, Settlement,
    StoreOrderId,
};
use feira_payment::{Balance, Payout, PayoutId, PayoutStatus};

use super::{ago, brl, id};

pub(crate) fn balance() -> Balance {
    Balance {
        store: StoreId(id(3)),
        currency: Currency::BRL,
        pending: brl(45_600).into(),
        payable: brl(123_450).into(),
        in_payout: brl(0).into(),
        paid: brl(987_654).into(),
    }
}

pub(crate) fn seller_orders() -> Vec<SellerOrderSummary> {
    let states = [
        (Fulfilment::Pending, Settlement::Paid),
        (Fulfilment::Accepted, Settlement::Paid),
        (Fulfilment::Pending, Settlement::Unpaid),
        (Fulfilment::Shipped, Settlement::Paid),
        (Fulfilment::Delivered, Settlement::Paid),
        (Fulfilment::Cancelled, Settlement::Refunded),
    ];
    (1..)
        .zip(states)
        .map(|(n, (fulfilment, settlement))| SellerOrderSummary {
            id: StoreOrderId(id(n)),
            number: format!("FR-7K3{n}-A"),
            fulfilment,
            settlement,
            total: brl(12_345 * i64::try_from(n).expect("small")),
            units: 3,
            recipient: "João Pereira da Silva".to_owned(),
            placed_at: ago(35 * i64::try_from(n * n * n).expect("small")),
        })
        .collect()
}

pub(crate) fn orders() -> Vec<OrderSummary> {
    let states = [
        OrderStatus::Pending,
        OrderStatus::Confirmed,
        OrderStatus::PartiallyShipped,
        OrderStatus::Completed,
    ];
    (1..)
        .zip(states)
        .map(|(n, status)| OrderSummary {
            id: OrderId(id(n)),
            number: format!("FR-7K3{n}"),
            status,
            total: brl(125_970),
            stores: 2,
            placed_at: ago(60 * i64::try_from(n * n).expect("small")),
        })
        .collect()
}

/// One that waits and one that was paid.
pub(crate) fn payouts() -> Vec<Payout> {
    let payout = |n: u128, status, reference: Option<&str>| Payout {
        id: PayoutId(id(n)),
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        amount: brl(113_572).into(),
        status,
        reference: reference.map(str::to_owned),
        items: 4,
        created_at: ago(3_000),
        paid_at: reference.map(|_| ago(100)),
    };
    vec![
        payout(1, PayoutStatus::Pending, None),
        payout(2, PayoutStatus::Paid, Some("E1234567")),
    ]
}

pub(crate) fn message(n: u128, status: MessageStatus) -> MessageSummary {
    MessageSummary {
        id: MessageId(id(n)),
        kind: "order_confirmed".to_owned(),
        recipient: "joao@example.com".to_owned(),
        subject: "Pedido FR-7K3M confirmado".to_owned(),
        status,
        attempts: 1,
        created_at: ago(30),
        sent_at: (status == MessageStatus::Sent).then(|| ago(29)),
    }
}

pub(crate) fn sales() -> Vec<Sales> {
    let sales = |days, turnover, commission| Sales {
        days,
        turnover: brl(turnover).into(),
        commission: brl(commission).into(),
    };
    vec![
        sales(1, 15_445, 1_158),
        sales(7, 234_560, 17_592),
        sales(30, 924_535, 69_340),
    ]
}
