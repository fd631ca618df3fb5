//! A guest's order, opened by the token in her mail.

mod acting;

use actix_web::web::{Path, get, post};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use feira_kernel::{
    Actor, Time,
    token::{TokenHash, TokenKey},
};
use feira_order::{BuyerAction, Order, OrderId, OrderStatus, StoreOrderId};
use feira_payment::{
    InstalmentPlan, LegStatus, MethodKind, NextAction, PaymentFailure, PaymentLeg, PaymentStatus,
    br_code, whatsapp,
};
use feira_store::PayoutDestination;
use feira_web::{auth::GATEWAY, error::PageError, language, state::AppState};

use crate::page::{Action, Answer, Lang, Page, Place, PublicPage, Registered, respond_ok};
#[cfg(test)]
use looks::samples;

pub(super) const PAGE: Registered = Registered {
    path: "/l/order/{token}",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[
        Action::blank("/l/order/{token}/pay", || post().to(acting::pay)),
        Action::blank("/l/order/{token}/cancel", || post().to(acting::cancel)),
        Action::blank("/l/order/{token}/confirm-delivery", || {
            post().to(acting::confirm_delivery)
        }),
        Action::at("/l/order/{token}/fiscal-documents/{id}", || {
            get().to(acting::document)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "landing/order.html")]
struct GuestOrderPage {
    p: Page,
    order: Order,
    pay: Option<Pay>,
    /// What she pays to each store itself, and how; empty if she paid before.
    on_delivery: Vec<OnDelivery>,
    /// What she pays to each store itself before anything is sold, and how.
    to_stores: Vec<ToStore>,
    delivery_text: Option<String>,
    again: Option<Again>,
    can_confirm: bool,
    can_cancel: bool,
    /// The page's address, without a slash at the end.
    address: String,
    /// Whether card tokens can be typed (demo only).
    demo: bool,
    /// In which such a card can pay.
    plans: Vec<InstalmentPlan>,
}

impl GuestOrderPage {
    /// The address of a part's fiscal document.
    fn document(&self, part: &StoreOrderId) -> String {
        format!("{}/fiscal-documents/{part}", self.address)
    }
}

/// How the guest pays, as the page shows it.
enum Pay {
    Pix {
        br_code: String,
        picture: String,
    },
    Link {
        url: String,
    },
    Text {
        text: String,
    },
    Chat {
        url: String,
    },
    Account {
        to: PayoutDestination,
        statement: String,
    },
}

/// What she pays to a store itself.
struct ToStore {
    store: String,
    leg: PaymentLeg,
    pay: Option<Pay>,
}

/// What she pays to a store when it hands its part over.
struct OnDelivery {
    store: String,
    leg: PaymentLeg,
}

/// A failed payment attempt after which another one is allowed.
struct Again {
    failure: Option<PaymentFailure>,
    /// The failed attempt's id; a form sent twice makes one further attempt.
    after: String,
}

fn address(token: &str) -> String {
    format!("/l/order/{token}")
}

/// Reads the order's id and token from the address.
fn guest(token: &str) -> Result<(Actor, OrderId), PageError> {
    let id = TokenKey::id_of(token).ok_or_else(PageError::not_found)?;
    Ok((Actor::guest(TokenHash::of(token)), OrderId(id)))
}

/// GET /l/order/{token}
async fn show(mut public: PublicPage, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    let order = public.state.orders.order(&actor, id).await?;
    // In the order's language, not the browser's, unless she chose one on a page.
    if !order.locale.is_empty() && language::chosen(&public.request).is_none() {
        public.lang = Lang::of(&order.locale);
    }
    let p = public.frame("guest-title");
    let mut page = guest_view(p, order, &token, public.state.clock.now());
    page.demo = public.state.settings.demo;
    if page.demo && page.again.is_some() {
        page.plans = plans(&public.state, &page.order).await?;
    }
    respond_ok(&public.request, &page)
}

async fn plans(state: &AppState, order: &Order) -> Result<Vec<InstalmentPlan>, PageError> {
    let stores = order.store_orders.iter().map(|part| part.store).collect();
    let offers = state.payments.offers(&GATEWAY, order.totals.total, stores);
    let mut offers = offers.await?.methods.into_iter();
    let card = offers.find(|offer| offer.method == MethodKind::Card);
    Ok(card.map_or_else(Vec::new, |card| card.instalments))
}

fn guest_view(p: Page, order: Order, token: &str, now: Time) -> GuestOrderPage {
    let title = p.t1("guest-order", &order.number);
    let allowed = order.allowed();
    GuestOrderPage {
        pay: payment(&p, &order),
        on_delivery: on_delivery(&order),
        to_stores: to_stores(&p, &order),
        delivery_text: delivery_text(&order),
        p: p.titled(title),
        again: again(&order, now),
        can_confirm: allowed.contains(&BuyerAction::ConfirmDelivery),
        can_cancel: allowed.contains(&BuyerAction::Cancel),
        address: address(token),
        demo: false,
        plans: Vec::new(),
        order,
    }
}

fn again(order: &Order, now: Time) -> Option<Again> {
    let open = order.status == OrderStatus::Pending && now < order.expires_at;
    let payment = order.payment.as_ref().filter(|_| open)?;
    match payment.status {
        PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => Some(Again {
            failure: payment.failure,
            after: payment.id.to_string(),
        }),
        _ => None,
    }
}

/// Of the payment that the order was made with.
fn on_delivery(order: &Order) -> Vec<OnDelivery> {
    let on_delivery = legs(order, true).into_iter();
    on_delivery
        .map(|(store, leg)| OnDelivery { store, leg })
        .collect()
}

/// Legs of the order's payment, on delivery or not, each with the name of its store.
fn legs(order: &Order, on_delivery: bool) -> Vec<(String, PaymentLeg)> {
    let cancelled = order.status == OrderStatus::Cancelled;
    let payment = order.payment.iter().filter(|_| !cancelled);
    let meant = payment.filter(|payment| payment.method.is_on_delivery() == on_delivery);
    let legs = meant.flat_map(|payment| payment.legs.clone());
    let named = legs.map(|leg| {
        let mut parts = order.store_orders.iter();
        let part = parts.find(|part| part.id.0 == leg.part.0);
        let store = part.map(|part| part.store_name.clone());
        (store.unwrap_or_default(), leg)
    });
    named.collect()
}

/// Each with its own code, account or chat while it is open.
fn to_stores(p: &Page, order: &Order) -> Vec<ToStore> {
    let pay = |leg: &PaymentLeg| match leg.next_action.clone() {
        NextAction::PixCode { br_code, qr_svg } => {
            let picture = picture(&br_code, &qr_svg);
            Some(Pay::Pix { br_code, picture })
        }
        NextAction::BankAccount { to } => Some(Pay::Account {
            to,
            statement: leg.statement.clone().unwrap_or_default(),
        }),
        NextAction::Whatsapp { number } => {
            let named = p.t1("guest-pay-chat-order", &order.number);
            let url = whatsapp::asking(&number, &named, &p.money(&leg.amount), leg.page.as_deref());
            Some(Pay::Chat { url })
        }
        _ => None,
    };
    let all = legs(order, false).into_iter();
    all.map(|(store, leg)| ToStore {
        pay: pay(&leg),
        store,
        leg,
    })
    .collect()
}

/// What she reads of it while there is something to pay.
fn delivery_text(order: &Order) -> Option<String> {
    let payment = order.payment.as_ref()?;
    let open = |leg: &PaymentLeg| leg.status == LegStatus::Open;
    match &payment.next_action {
        NextAction::Instructions { text } if payment.legs.iter().any(open) => Some(text.clone()),
        _ => None,
    }
}

fn payment(p: &Page, order: &Order) -> Option<Pay> {
    let payment = order
        .payment
        .as_ref()
        .filter(|_| order.status == OrderStatus::Pending)
        .filter(|payment| payment.status == PaymentStatus::Pending)?;
    match payment.next_action.clone() {
        // Each leg says it for itself.
        NextAction::None {} | NextAction::PayStores {} | NextAction::BankAccount { .. } => None,
        NextAction::PixCode { br_code, qr_svg } => {
            let picture = picture(&br_code, &qr_svg);
            Some(Pay::Pix { br_code, picture })
        }
        NextAction::Redirect { url } => Some(Pay::Link { url }),
        NextAction::CardConfirmation { url, .. } => url.map(|url| Pay::Link { url }),
        NextAction::Instructions { text } => Some(Pay::Text { text }),
        NextAction::Whatsapp { number } => {
            let named = p.t1("guest-pay-chat-order", &order.number);
            let (amount, page) = (p.money(&payment.amount), payment.page.as_deref());
            let url = whatsapp::asking(&number, &named, &amount, page);
            Some(Pay::Chat { url })
        }
    }
}

/// A PNG data URL, so that a guest on a phone can save it and open it in her bank's app.
fn picture(br_code: &str, qr_svg: &str) -> String {
    let (kind, bytes) = match br_code::qr_png(br_code) {
        Ok(png) => ("image/png", STANDARD.encode(png)),
        Err(_) => ("image/svg+xml", STANDARD.encode(qr_svg)),
    };
    format!("data:{kind};base64,{bytes}")
}

#[cfg(test)]
#[path = "order_samples.rs"]
mod looks;

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
