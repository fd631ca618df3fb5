mod acting;

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::Ref;
use feira_order::{
    Fulfilment, NewFiscalDocument, REFUND_ORDERS, SellerAction, SellerOrder, Settlement,
    StoreOrderId,
};
use feira_payment::{Earning, Instalments, PartRefund, PaymentLeg, RefundStatus};
use feira_web::{
    auth,
    reports::{self, Sale},
};
use uuid::Uuid;

use super::{caller::SellerPage, earned, orders};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, people, person_of, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::LegStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders/{id}",
    place: Place::Below("orders"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/orders/{id}/accept", || post().to(acting::accept)),
        Action::blank("/seller/orders/{id}/ship", || post().to(acting::ship)),
        Action::at("/seller/orders/{id}/deliver", || post().to(acting::deliver)),
        Action::blank("/seller/orders/{id}/collected", || {
            post().to(acting::collected)
        }),
        Action::blank("/seller/orders/{id}/not-collected", || {
            post().to(acting::not_collected)
        }),
        Action::blank("/seller/orders/{id}/refunds/{refund}/sent", || {
            post().to(acting::refund_sent)
        }),
        Action::blank("/seller/orders/{id}/refunds/{refund}/withdrawn", || {
            post().to(acting::refund_withdrawn)
        }),
        Action::blank("/seller/orders/{id}/refunds/{refund}/returned", || {
            post().to(acting::refund_returned)
        }),
        Action::blank("/seller/orders/{id}/fiscal-document", || {
            post().to(set_document)
        }),
        Action::at("/seller/orders/{id}/fiscal-file", || {
            get().to(document_file)
        }),
    ],
    #[cfg(test)]
    samples,
};

/// The field of the note beside what she has: the other note on the page is of what she has not.
const COLLECTED_NOTE: &str = "collected-note";

#[derive(Template)]
#[template(path = "seller/order.html")]
struct OrderPage {
    p: Page,
    order: SellerOrder,
    sale: Sale,
    /// In which its buyer pays by card, if not at once.
    divided: Option<Instalments>,
    /// The text key for the state of its earning.
    why: &'static str,
    form: Form,
    /// What the seller does next: `ship`, `deliver`, `wait` (for the payment) or nothing.
    step: &'static str,
    can_accept: bool,
    accept_action: String,
    deliver_action: String,
    /// Whether its buyer pays her when it is handed over, and she may say what became of that.
    on_delivery: bool,
    /// What its buyer is to pay her before it is sent: she says when she has it.
    expected: Option<PaymentLeg>,
    can_collect: bool,
    /// Whether what its buyer was to pay can only go back.
    late: bool,
    collected_action: String,
    not_collected_action: String,
    /// Whether the goods of what was not paid go back into the stock, unless she typed otherwise.
    restocks: bool,
    /// The form for the fiscal document.
    document: Form,
    /// The address of the current fiscal document's file.
    document_href: String,
    /// Whether a refund is possible and permitted.
    can_refund: bool,
    /// What she has yet to give back of what she was paid herself.
    to_send: Vec<PartRefund>,
    /// What she gave back so.
    sent: Vec<PartRefund>,
    /// Whether she may say what became of these.
    gives_back: bool,
    refund_href: String,
}

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
struct Upload {
    csrf: Text<String>,
    key: Text<String>,
    file: Option<Bytes>,
}

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", orders::PAGE.path)
}

/// GET /seller/orders/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    detail(&seller, *id, Form::default(), blank()).await
}

/// An empty form.
fn blank() -> Form {
    Form::default().prefixed("document-")
}

async fn detail(seller: &SellerPage, id: Uuid, form: Form, document: Form) -> Answer {
    let (orders, payments) = (&seller.state.orders, &seller.state.payments);
    let order = orders.store_order(&seller.actor, StoreOrderId(id)).await?;
    let parts = vec![Ref::new(order.store_order.id.0)];
    let told = payments.earnings(&seller.actor, parts.clone()).await?.pop();
    let refunds = payments.part_refunds(&seller.actor, parts, None).await?;
    let is = |status| move |one: &PartRefund| one.refund.status == status;
    let (to_send, ended): (Vec<_>, Vec<_>) =
        refunds.into_iter().partition(is(RefundStatus::Pending));
    let sent = ended
        .into_iter()
        .filter(is(RefundStatus::Completed))
        .collect();
    let may_refund = orders.may_refund(&seller.actor).await?;
    let gives_back = seller.actor.seller_store(REFUND_ORDERS).is_some();
    let who = order
        .history
        .iter()
        .filter_map(|entry| person_of(&entry.actor));
    let people = people(&seller.state, who).await;
    let p = seller.frame(&PAGE).await.knowing(people);
    let status = match document.is_refused() {
        true => document.status(),
        false => form.status(),
    };
    let mut page = view(p, order, (told, to_send, sent), (form, document));
    page.gives_back = gives_back;
    let page = match may_refund {
        true => page,
        false => page.without_refund(),
    };
    respond(&seller.request, status, &page)
}

fn view(
    p: Page,
    order: SellerOrder,
    (told, to_send, sent): (Option<Earning>, Vec<PartRefund>, Vec<PartRefund>),
    (form, document): (Form, Form),
) -> OrderPage {
    let part = &order.store_order;
    let allowed = order.allowed();
    let unpaid = (Fulfilment::Pending, Settlement::Unpaid);
    let step = if allowed.contains(&SellerAction::Ship) {
        "ship"
    } else if allowed.contains(&SellerAction::Deliver) {
        "deliver"
    } else if (part.fulfilment, part.settlement) == unpaid {
        "wait"
    } else {
        ""
    };
    let p = p.below(orders::PAGE.path, "orders-title");
    let divided = told.as_ref().and_then(|told| told.instalments);
    let sale = Sale::of(order.summary(), told);
    OrderPage {
        divided,
        p: p.titled(part.number.clone()),
        why: earned::why(&sale),
        sale,
        step,
        can_accept: allowed.contains(&SellerAction::Accept),
        accept_action: format!("{}/accept", address(part.id)),
        deliver_action: format!("{}/deliver", address(part.id)),
        on_delivery: part.settlement == Settlement::OnDelivery,
        expected: order.leg.clone(),
        late: part.fulfilment == Fulfilment::Cancelled,
        can_collect: allowed.contains(&SellerAction::Collect),
        collected_action: format!("{}/collected", address(part.id)),
        not_collected_action: format!("{}/not-collected", address(part.id)),
        restocks: form.error("note").is_none() || !form.value("restock").is_empty(),
        document_href: format!("{}/fiscal-file", address(part.id)),
        can_refund: part.is_refundable(),
        to_send,
        sent,
        gives_back: true,
        refund_href: format!("{}/refund", address(part.id)),
        order,
        form,
        document,
    }
}

/// POST /seller/orders/{id}/fiscal-document
async fn set_document(
    seller: SellerPage,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let mut form = blank();
    let Ok(MultipartForm(upload)) = upload else {
        form.refuse("file", seller.lang.text("images-unreadable"));
        return detail(&seller, *id, Form::default(), form).await;
    };
    auth::check_csrf(&seller.request, &upload.csrf)?;
    let fields = Fields::default().with("key", upload.key.as_str());
    let document = NewFiscalDocument {
        key: upload.key.into_inner(),
        file: upload.file.map(|file| file.data.into()).unwrap_or_default(),
    };
    let orders = &seller.state.orders;
    act(
        &seller.state,
        seller.lang,
        Form::new(fields).prefixed("document-"),
        orders.set_fiscal_document(&seller.actor, StoreOrderId(*id), document, None),
        |_| (address(*id), Flash::good("document-done")),
        async |form| detail(&seller, *id, Form::default(), form).await,
    )
    .await
}

/// GET /seller/orders/{id}/fiscal-file
async fn document_file(seller: SellerPage, id: Path<Uuid>) -> Answer {
    let orders = &seller.state.orders;
    let file = orders.fiscal_file(&seller.actor, StoreOrderId(*id), None);
    Ok(reports::fiscal_download(file.await?))
}

impl OrderPage {
    fn without_refund(self) -> Self {
        Self {
            can_refund: false,
            ..self
        }
    }
}

#[cfg(test)]
#[path = "order_samples.rs"]
mod made;
#[cfg(test)]
use made::samples;

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
