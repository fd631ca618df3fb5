use actix_web::web::{Path, get, post};
use feira_order::{Order, OrderId, OrderRefundPreview, RefundOf, StoreOrderId};
use feira_payment::{MANAGE_PAYMENTS, PaymentId};
use feira_web::{auth::CsrfForm, error::PageError, idempotent::of_form};
use uuid::Uuid;

use super::{caller::AdminPage, orders};
use crate::{
    page::{Action, Answer, Choice, Fields, Form, Page, Place, Registered, done, respond},
    refunding::{self, RefundPage, Step},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_order::OrderStatus,
    feira_payment::PaymentStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/orders/{id}/refund",
    place: Place::Below("sales"),
    show: || get().to(show),
    actions: &[Action::at("/admin/orders/{id}/refund", || post().to(send))],
    #[cfg(test)]
    samples,
};

/// Before the id of a payment that came beside the order's own.
const BESIDE: &str = "payment-";

fn address(id: Uuid) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

async fn order(admin: &AdminPage, id: Uuid) -> Result<Order, PageError> {
    let order = admin.state.orders.order(&admin.actor, OrderId(id)).await?;
    match admin.actor.is_operator(MANAGE_PAYMENTS) {
        true => Ok(order),
        false => Err(PageError::forbidden("your role gives no money back")),
    }
}

/// GET /admin/orders/{id}/refund
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    let order = order(&admin, *id).await?;
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    index(&admin, &order, (refunding::blank(key), None)).await
}

async fn index(
    admin: &AdminPage,
    order: &Order,
    asked: (Form, Option<OrderRefundPreview>),
) -> Answer {
    let p = admin.frame(&PAGE).await;
    let status = asked.0.status();
    respond(&admin.request, status, &view(p, order, asked))
}

fn view(p: Page, order: &Order, asked: (Form, Option<OrderRefundPreview>)) -> RefundPage {
    let address = address(order.id.0);
    let p = p.below(orders::PAGE.path, "orders-title");
    let p = p.below_named(address.clone(), order.number.clone());
    let p = p.called("refund-title");
    let currency = order.totals.total.currency();
    let page = RefundPage::new(p, format!("{address}/refund"), currency, asked);
    let mut page = page.borne_by_either();
    if order.store_orders.len() > 1 || !order.beside.is_empty() {
        let whole = Choice::new("", page.p.t("refund-of-order"));
        let parts = order.store_orders.iter();
        let parts = parts.map(|part| Choice::new(part.id.to_string(), part.store_name.clone()));
        let beside = order.beside.iter().map(|payment| {
            let amount = page.p.money(&payment.amount);
            let named = page.p.t1("refund-of-beside", amount);
            Choice::new(format!("{BESIDE}{}", payment.id), named)
        });
        page.of = std::iter::once(whole).chain(parts).chain(beside).collect();
    }
    page
}

fn chosen(order: OrderId, of: &str) -> RefundOf {
    let payment = of.strip_prefix(BESIDE).map(str::parse);
    match (payment, of.parse()) {
        (Some(Ok(payment)), _) => RefundOf::Payment(order, PaymentId(payment)),
        (_, Ok(part)) => RefundOf::PartOf(order, StoreOrderId(part)),
        _ => RefundOf::Order(order),
    }
}

/// POST /admin/orders/{id}/refund: shows the figures, or what was typed, or gives it back.
async fn send(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let order = order(&admin, *id).await?;
    let mut form = Form::new(form.0);
    let step = refunding::step(&form);
    if step == Step::Edit {
        return index(&admin, &order, (form, None)).await;
    }
    let of = chosen(order.id, form.value("of"));
    let currency = order.totals.total.currency();
    let asked = refunding::read(admin.lang, currency, &mut form, of);
    if form.is_refused() {
        return index(&admin, &order, (form, None)).await;
    }
    let (state, actor) = (&admin.state, &admin.actor);
    let refused = if step == Step::Give {
        let key = of_form(&admin.request, form.value("key"), form.fields());
        match state.orders.refund(actor, asked, key).await {
            Ok(refund) => return Ok(done(state, &address(*id), &refunding::done(&refund))),
            Err(error) => error,
        }
    } else {
        match state.orders.preview_refund(actor, asked).await {
            Ok(told) => return index(&admin, &order, (form, Some(told))).await,
            Err(error) => error,
        }
    };
    let p = admin.frame(&PAGE).await;
    if !refunding::refused(&p, &mut form, &refused) {
        form.take(admin.lang, refused)?;
    }
    index(&admin, &order, (form, None)).await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let order = samples::order(OrderStatus::Confirmed, PaymentStatus::Completed);
    let page = |form, told| {
        let page = view(frame(lang, &PAGE), &order, (form, told));
        samples::shown(&page)
    };
    let typed = || {
        let fields = Fields::default().with("amount", "10,00");
        Form::new(fields.with("reason", "damaged").with("note", "Broken <b>"))
    };
    let mut refused = typed();
    refused.refuse("amount", lang.text("field-money"));
    let told = samples::refund_preview(&order.store_orders);
    vec![
        ("refund", page(refunding::blank(samples::id(1)), None)),
        ("refund_refused", page(refused, None)),
        ("refund_figures", page(typed(), Some(told))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_it_is_given_back_is_read_back() {
        let (order, id) = (OrderId(samples::id(1)), samples::id(2));
        let of = |value: &str| chosen(order, value);
        assert_eq!(of(""), RefundOf::Order(order));
        assert_eq!(
            of(&id.to_string()),
            RefundOf::PartOf(order, StoreOrderId(id))
        );
        assert_eq!(
            of(&format!("{BESIDE}{id}")),
            RefundOf::Payment(order, PaymentId(id))
        );
    }

    #[test]
    fn the_figures_are_shown_before_it_is_done() {
        for (lang, gives) in [(Lang::En, "Give R$10.00 back"), (Lang::PtBr, "Devolver R$")] {
            let all = samples(lang);
            let gives = all.iter().map(|(_, html)| html.contains(gives));
            assert_eq!(gives.collect::<Vec<_>>(), [false, false, true]);
            let (_, figures) = &all[2];
            assert!(
                figures.contains("name=\"note\" value=\"Broken"),
                "{figures}"
            );
            assert!(figures.contains("value=\"edit\""));
        }
    }
}
