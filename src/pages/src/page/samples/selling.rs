use feira_cart::{CartId, Totals};
use feira_catalog::{OptionValue, ProductId, VariantId};
use feira_kernel::{Money, StoreId};
use feira_order::{
    FiscalDocument, Fulfilment, HistoryEntry, Order, OrderId, OrderLine, OrderRefund,
    OrderRefundId, OrderRefundPart, OrderRefundPartPreview, OrderRefundPreview, OrderRefundState,
    OrderStatus, RefundReason, SellerOrder, Settlement, Shipment, ShipmentId, StateChange,
    StoreOrder, StoreOrderId,
};
use feira_payment::{
    BorneBy, Earning, EarningState, InstalmentPlan, Instalments, InterestBearer, MethodKind,
    NextAction, PartReference, Payment, PaymentId, PaymentStatus, Reference, RefundId,
};

use super::{address, ago, brl, by_maria, id};

pub(crate) fn totals(subtotal: i64, shipping: i64) -> Totals {
    Totals {
        subtotal: brl(subtotal),
        discount: brl(0),
        shipping: brl(shipping),
        tax: brl(0),
        total: brl(subtotal + shipping),
    }
}

fn line(n: u128, title: &str, quantity: u32, unit: i64) -> OrderLine {
    OrderLine {
        variant: VariantId(id(n)),
        product: ProductId(id(n)),
        title: title.to_owned(),
        sku: format!("SKU-{n}"),
        options: vec![OptionValue {
            name: "Tamanho".to_owned(),
            value: "Grande".to_owned(),
        }],
        image: None,
        quantity,
        unit_price: brl(unit),
        discount: brl(0),
        tax: brl(0),
        total: brl(unit * i64::from(quantity)),
    }
}

pub(crate) fn store_order(fulfilment: Fulfilment, settlement: Settlement) -> StoreOrder {
    let sent = matches!(fulfilment, Fulfilment::Shipped | Fulfilment::Delivered);
    let shipment = || Shipment {
        id: ShipmentId(id(5)),
        carrier: "Correios".to_owned(),
        tracking_number: "AA123456789BR".to_owned(),
        shipped_at: ago(90),
    };
    StoreOrder {
        id: StoreOrderId(id(2)),
        number: "FR-7K3M-A".to_owned(),
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        fulfilment,
        settlement,
        lines: vec![
            line(10, "Caneca de cerâmica azul", 2, 5_990),
            line(11, "Bule", 1, 112_000),
        ],
        totals: totals(123_980, 1_990),
        shipping_method: "PAC".to_owned(),
        shipments: if sent { vec![shipment()] } else { Vec::new() },
        return_window_ends_at: None,
        completed_at: None,
        fiscal_document: None,
    }
}

pub(crate) fn fiscal_document() -> FiscalDocument {
    FiscalDocument {
        key: "35260311222333000181550010000000021123456026".to_owned(),
        series: 1,
        number: 2,
        media_type: Some("application/pdf".to_owned()),
        added_at: ago(30),
    }
}

pub(crate) fn history() -> Vec<HistoryEntry> {
    let entry = |part: Option<u128>, change, actor: &str, minutes| HistoryEntry {
        store_order: part.map(|part| StoreOrderId(id(part))),
        change,
        actor: actor.to_owned(),
        reason: None,
        at: ago(minutes),
    };
    let placed = StateChange::Status {
        from: None,
        to: OrderStatus::Pending,
    };
    let paid = StateChange::Settlement {
        from: Some(Settlement::Unpaid),
        to: Settlement::Paid,
    };
    let accepted = StateChange::Fulfilment {
        from: Some(Fulfilment::Pending),
        to: Fulfilment::Accepted,
    };
    vec![
        entry(None, placed, "guest", 400),
        entry(Some(2), paid, "system:payment", 390),
        entry(Some(2), accepted, &by_maria(), 120),
    ]
}

pub(crate) fn seller_order(fulfilment: Fulfilment, settlement: Settlement) -> SellerOrder {
    SellerOrder {
        store_order: store_order(fulfilment, settlement),
        order_number: "FR-7K3M".to_owned(),
        buyer_email: "joao@example.com".to_owned(),
        shipping_address: address(),
        commission: brl(12_398),
        earning: brl(113_572),
        lacks_document: false,
        refunds: vec![refund(OrderRefundState::Completed)],
        leg: None,
        history: history(),
        version: 3,
        placed_at: ago(400),
    }
}

pub(crate) fn refund(state: OrderRefundState) -> OrderRefund {
    OrderRefund {
        made: (state == OrderRefundState::Asked).then(|| RefundId(id(8))),
        id: OrderRefundId(id(8)),
        order: OrderId(id(1)),
        amount: brl(1_000),
        borne_by: BorneBy::Store,
        reason: RefundReason::Damaged,
        note: Some("A corner is broken <b>.".to_owned()),
        state,
        failure: None,
        reference: (state == OrderRefundState::Completed).then(|| "E9999-8".to_owned()),
        parts: vec![OrderRefundPart {
            store_order: StoreOrderId(id(2)),
            amount: brl(1_000),
        }],
        actor: by_maria(),
        created_at: ago(60),
    }
}

/// Of 10.00 of the first store order.
pub(crate) fn refund_preview(parts: &[StoreOrder]) -> OrderRefundPreview {
    let part = |part: &StoreOrder| OrderRefundPartPreview {
        store_order: part.id,
        number: part.number.clone(),
        store_name: part.store_name.clone(),
        amount: brl(1_000),
        commission: brl(100),
        earning: brl(900),
        promotion: brl(0),
        earning_left: brl(112_672),
        left: brl(124_970),
    };
    OrderRefundPreview {
        amount: brl(1_000),
        left: brl(124_970),
        fee_borne_by: BorneBy::Store,
        fee: None,
        parts: parts.iter().take(1).map(part).collect(),
    }
}

pub(crate) fn earning(order: &SellerOrder) -> Earning {
    Earning {
        part: PartReference::new(order.store_order.id.0),
        state: EarningState::Pending,
        refunded: brl(0),
        commission: order.commission,
        earning: order.earning,
        fees: brl(0),
        instalments: None,
        lost: brl(0),
        released_at: None,
        paid_at: None,
    }
}

pub(crate) fn order(status: OrderStatus, payment: PaymentStatus) -> Order {
    let (fulfilment, settlement) = match status {
        OrderStatus::Pending => (Fulfilment::Pending, Settlement::Unpaid),
        OrderStatus::Shipped => (Fulfilment::Shipped, Settlement::Paid),
        _ => (Fulfilment::Accepted, Settlement::Paid),
    };
    Order {
        id: OrderId(id(1)),
        number: "FR-7K3M".to_owned(),
        user: None,
        email: "joao@example.com".to_owned(),
        locale: "pt-BR".to_owned(),
        status,
        totals: totals(123_980, 1_990),
        shipping_address: address(),
        billing_address: address(),
        store_orders: vec![store_order(fulfilment, settlement)],
        history: history(),
        cart: CartId(id(9)),
        refunds: match status {
            OrderStatus::Shipped => vec![refund(OrderRefundState::Asked)],
            _ => Vec::new(),
        },
        payment: Some(Payment {
            id: PaymentId(id(7)),
            reference: Reference::new(id(1)),
            payer: None,
            method: MethodKind::Pix,
            gateway: "sandbox".to_owned(),
            status: payment,
            amount: brl(125_970),
            refunded: brl(0),
            legs: Vec::new(),
            next_action: NextAction::PixCode {
                br_code: "00020126580014br.gov.bcb.pix0136123e4567".to_owned(),
                qr_svg: r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h2v2H0zM2 2h2v2H2z"/></svg>"#.to_owned(),
            },
            statement: Some("0196c1de0f4c7b1a9d3f5a2b7c8e9f01".to_owned()),
            page: None,
            instalments: None,
            failure: None,
            expires_at: ago(-20),
            created_at: ago(10),
        }),
        returned: None,
        beside: Vec::new(),
        version: 2,
        placed_at: ago(400),
        expires_at: ago(-20),
    }
}

/// Paid by card in ten, with interest that is the buyer's.
pub(crate) fn divided(payment: Payment) -> Payment {
    Payment {
        method: MethodKind::Card,
        next_action: NextAction::None {},
        statement: None,
        instalments: instalments(payment.amount),
        ..payment
    }
}

/// Ten, with interest that is the buyer's.
pub(crate) fn instalments(price: Money) -> Option<Instalments> {
    let count = 10;
    let total = price.checked_add(brl(22_675)).unwrap();
    Some(Instalments {
        count,
        amount: InstalmentPlan::free(count, total).amount,
        total: Some(total),
        interest_borne_by: InterestBearer::Buyer,
    })
}
