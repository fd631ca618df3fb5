use super::*;
use crate::page::{Area, samples};

pub(super) const SITE: &str = "https://market.example";

pub(super) fn sample(lang: Lang, status: OrderStatus, payment: PaymentStatus) -> GuestOrderPage {
    let p = Page::sample(lang, Area::Public);
    let mut order = samples::order(status, payment);
    if let Some(payment) = &mut order.payment {
        let failed = payment.status == PaymentStatus::Failed;
        payment.failure = failed.then_some(PaymentFailure::CardDeclined);
    }
    guest_view(p, order, "id.mac", samples::NOW)
}

pub(super) fn transfer(lang: Lang) -> GuestOrderPage {
    let mut order = samples::order(OrderStatus::Pending, PaymentStatus::Pending);
    if let Some(payment) = &mut order.payment {
        let text = "Bank 001\nAccount 5678-9".to_owned();
        payment.next_action = NextAction::Instructions { text };
    }
    let p = Page::sample(lang, Area::Public);
    guest_view(p, order, "id.mac", samples::NOW)
}

pub(super) fn to_be_paid(lang: Lang) -> GuestOrderPage {
    let mut order = samples::order(OrderStatus::Confirmed, PaymentStatus::Authorized);
    let parts: Vec<_> = order.store_orders.clone();
    if let Some(payment) = &mut order.payment {
        let text = "Cash, or PIX at the door".to_owned();
        payment.next_action = NextAction::Instructions { text };
        let legs = parts.iter().map(|part| PaymentLeg {
            page: None,
            store: part.store,
            part: feira_kernel::Ref::new(part.id.0),
            amount: part.totals.total,
            status: LegStatus::Open,
            next_action: NextAction::None {},
            statement: None,
            paid_at: None,
        });
        payment.method = MethodKind::CashOnDelivery;
        payment.legs = legs.collect();
    }
    let p = Page::sample(lang, Area::Public);
    guest_view(p, order, "id.mac", samples::NOW)
}

/// One leg by PIX, one by a transfer, one in a chat, one that was paid.
pub(super) fn of_stores(lang: Lang) -> GuestOrderPage {
    let mut order = samples::order(OrderStatus::Pending, PaymentStatus::Pending);
    let part = order.store_orders[0].clone();
    let code = match order.payment.as_ref().map(|payment| &payment.next_action) {
        Some(code @ NextAction::PixCode { .. }) => code.clone(),
        _ => NextAction::None {},
    };
    let account = PayoutDestination::BankAccount {
        bank: "001".to_owned(),
        branch: "1234".to_owned(),
        account: "5678-9".to_owned(),
        holder: "Cerâmica <b> da Serra".to_owned(),
        holder_tax_id: "11222333000181".to_owned(),
    };
    let number = "5581912345678".to_owned();
    let legs = [
        (LegStatus::Open, code, Some("00000000000000000000000AB")),
        (
            LegStatus::Open,
            NextAction::BankAccount { to: account },
            Some("7K2M9-QX4TZ"),
        ),
        (
            LegStatus::Open,
            NextAction::Whatsapp { number },
            Some("7K2M9-QX4TZ"),
        ),
        (LegStatus::Paid, NextAction::None {}, None),
    ];
    let legs = legs
        .into_iter()
        .map(|(status, next_action, statement)| PaymentLeg {
            page: Some(format!("{SITE}/seller/orders/{}", part.id)),
            store: part.store,
            part: feira_kernel::Ref::new(part.id.0),
            amount: part.totals.total,
            status,
            next_action,
            statement: statement.map(str::to_owned),
            paid_at: None,
        });
    if let Some(payment) = &mut order.payment {
        payment.next_action = NextAction::PayStores {};
        payment.legs = legs.collect();
    }
    let p = Page::sample(lang, Area::Public);
    guest_view(p, order, "id.mac", samples::NOW)
}

pub(super) fn chat(lang: Lang) -> GuestOrderPage {
    let mut order = samples::order(OrderStatus::Pending, PaymentStatus::Pending);
    if let Some(payment) = &mut order.payment {
        let number = "5581912345678".to_owned();
        payment.next_action = NextAction::Whatsapp { number };
        payment.page = Some(format!("{SITE}/l/order/id.mac"));
    }
    let p = Page::sample(lang, Area::Public);
    guest_view(p, order, "id.mac", samples::NOW)
}

pub(super) fn divided(lang: Lang) -> GuestOrderPage {
    let mut page = sample(lang, OrderStatus::Confirmed, PaymentStatus::Completed);
    page.order.payment = page.order.payment.map(samples::divided);
    page
}

pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let open = sample(lang, OrderStatus::Pending, PaymentStatus::Pending);
    let mut sent = sample(lang, OrderStatus::Shipped, PaymentStatus::Completed);
    for part in &mut sent.order.store_orders {
        part.fiscal_document = Some(samples::fiscal_document());
    }
    let declined = || sample(lang, OrderStatus::Pending, PaymentStatus::Failed);
    let transfer = transfer(lang);
    let demo = GuestOrderPage {
        demo: true,
        plans: [1, 2, 3]
            .map(|count| InstalmentPlan::free(count, samples::brl(125_970)))
            .to_vec(),
        ..declined()
    };
    vec![
        ("guest_pending", samples::shown(&open)),
        ("guest_transfer", samples::shown(&transfer)),
        ("guest_chat", samples::shown(&chat(lang))),
        ("guest_to_stores", samples::shown(&of_stores(lang))),
        ("guest_on_delivery", samples::shown(&to_be_paid(lang))),
        ("guest_declined", samples::shown(&declined())),
        ("guest_declined_demo", samples::shown(&demo)),
        ("guest_instalments", samples::shown(&divided(lang))),
        ("guest_shipped", samples::shown(&sent)),
    ]
}
