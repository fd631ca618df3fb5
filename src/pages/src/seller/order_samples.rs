//! How an order of a store looks in each of its states.

use feira_payment::{Earning, LegStatus};

use super::*;

/// As it looks with what the books say of it.
pub(super) fn look(lang: Lang, order: SellerOrder, told: Earning, forms: (Form, Form)) -> String {
    let of = (Some(told), Vec::new(), Vec::new());
    samples::shown(&view(frame(lang, &PAGE), order, of, forms))
}

/// One whose buyer is to pay its store.
pub(super) fn expected(lang: Lang, fulfilment: Fulfilment, status: LegStatus) -> String {
    let mut order = samples::seller_order(fulfilment, Settlement::Unpaid);
    let part = &order.store_order;
    order.leg = Some(PaymentLeg {
        page: None,
        store: part.store,
        part: Ref::new(part.id.0),
        amount: part.totals.total,
        status,
        next_action: feira_payment::NextAction::None {},
        statement: Some("00000000000000000000000AB".to_owned()),
        paid_at: None,
    });
    let told = samples::earning(&order);
    look(lang, order, told, (blank(), blank()))
}

pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |fulfilment, settlement, form| {
        let order = samples::seller_order(fulfilment, settlement);
        let told = samples::earning(&order);
        look(lang, order, told, (form, blank()))
    };
    let documented = || {
        let mut order = samples::seller_order(Fulfilment::Delivered, Settlement::Paid);
        order.store_order.fiscal_document = Some(samples::fiscal_document());
        let told = samples::earning(&order);
        let mut refused = Form::new(Fields::default().with("key", "123 <b>"));
        refused.refuse("key", lang.text("field-required"));
        let forms = (Form::default(), refused.prefixed("document-"));
        look(lang, order, told, forms)
    };
    let divided = || {
        let order = samples::seller_order(Fulfilment::Pending, Settlement::Paid);
        let told = Earning {
            instalments: samples::instalments(order.store_order.totals.total),
            ..samples::earning(&order)
        };
        look(lang, order, told, (blank(), blank()))
    };
    let mut refused = Form::new(Fields::default().with("carrier", "Correios <b>"));
    refused.refuse("tracking_number", lang.text("field-required"));
    let plain = Form::default;
    vec![
        ("order_divided", divided()),
        (
            "order_to_ship",
            page(Fulfilment::Pending, Settlement::Paid, plain()),
        ),
        (
            "order_unpaid",
            page(Fulfilment::Pending, Settlement::Unpaid, plain()),
        ),
        (
            "order_shipped",
            page(Fulfilment::Shipped, Settlement::Paid, plain()),
        ),
        (
            "order_cancelled",
            page(Fulfilment::Cancelled, Settlement::Refunded, plain()),
        ),
        (
            "order_on_delivery",
            page(Fulfilment::Delivered, Settlement::OnDelivery, plain()),
        ),
        (
            "order_expected",
            expected(lang, Fulfilment::Pending, LegStatus::Open),
        ),
        (
            "order_late",
            expected(lang, Fulfilment::Cancelled, LegStatus::Unpaid),
        ),
        ("order_documented", documented()),
        (
            "order_refused",
            page(Fulfilment::Accepted, Settlement::Paid, refused),
        ),
    ]
}
