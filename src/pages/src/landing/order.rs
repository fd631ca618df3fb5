//! A guest's order, opened by the token in her mail.

use actix_web::{
    HttpRequest,
    web::{Data, Path, get, post},
};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use feira_kernel::{
    Actor,
    token::{TokenHash, TokenKey},
};
use feira_order::{BuyerAction, Order, OrderId};
use feira_payment::{NextAction, PaymentStatus};
use feira_web::{auth::Locale, error::PageError, state::AppState};

use crate::page::{Action, Answer, Flash, Page, Place, Registered, press, respond_ok};
#[cfg(test)]
use {
    crate::page::{Area, Lang, samples},
    feira_order::OrderStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/l/order/{token}",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::at("/l/order/{token}/confirm-delivery", || {
        post().to(confirm_delivery)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "landing/order.html")]
struct GuestOrderPage {
    p: Page,
    order: Order,
    pay: Option<Pay>,
    can_confirm: bool,
    confirm_action: String,
}

/// How the guest pays, as the page shows it.
enum Pay {
    Pix { br_code: String, picture: String },
    Link { url: String },
    Text { text: String },
}

/// The order that a guest's token opens.
fn guest(token: &str) -> Result<(Actor, OrderId), PageError> {
    let id = TokenKey::id_of(token).ok_or_else(PageError::not_found)?;
    Ok((Actor::guest(TokenHash::of(token)), OrderId(id)))
}

/// GET /l/order/{token}
async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let (actor, id) = guest(&token)?;
    let order = state.orders.order(&actor, id).await?;
    // The language in which she bought, whatever this browser prefers.
    let locale = if order.locale.is_empty() {
        locale
    } else {
        Locale(order.locale.clone())
    };
    let p = super::frame(&request, &state, &locale, "guest-title");
    respond_ok(&request, &guest_view(p, order, &token))
}

fn guest_view(p: Page, order: Order, token: &str) -> GuestOrderPage {
    let title = p.t1("guest-order", &order.number);
    GuestOrderPage {
        p: p.titled(title),
        pay: payment(&order),
        can_confirm: order.allowed().contains(&BuyerAction::ConfirmDelivery),
        confirm_action: format!("/l/order/{token}/confirm-delivery"),
        order,
    }
}

fn payment(order: &Order) -> Option<Pay> {
    let payment = order
        .payment
        .as_ref()
        .filter(|payment| payment.status == PaymentStatus::Pending)?;
    match payment.next_action.clone() {
        NextAction::None {} => None,
        NextAction::PixCode { br_code, qr_svg } => {
            let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(qr_svg));
            Some(Pay::Pix { br_code, picture })
        }
        NextAction::Redirect { url } | NextAction::CardConfirmation { url } => {
            Some(Pay::Link { url })
        }
        NextAction::Instructions { text } => Some(Pay::Text { text }),
    }
}

/// POST /l/order/{token}/confirm-delivery
async fn confirm_delivery(state: Data<AppState>, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    press(
        &state,
        &format!("/l/order/{token}"),
        state.orders.confirm_delivery(&actor, id, None),
        |_| Flash::good("guest-arrived-done"),
        |_| None,
    )
    .await
}

#[cfg(test)]
fn sample(lang: Lang, status: OrderStatus, payment: PaymentStatus) -> GuestOrderPage {
    let p = Page::sample(lang, Area::Public);
    guest_view(p, samples::order(status, payment), "id.mac")
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let open = sample(lang, OrderStatus::Pending, PaymentStatus::Pending);
    let sent = sample(lang, OrderStatus::Shipped, PaymentStatus::Completed);
    vec![
        ("guest_pending", samples::shown(&open)),
        ("guest_shipped", samples::shown(&sent)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_pays_while_it_is_open_and_confirms_what_was_sent() {
        let open = sample(Lang::En, OrderStatus::Pending, PaymentStatus::Pending);
        assert!(
            matches!(open.pay, Some(Pay::Pix { ref picture, .. }) if picture.starts_with("data:image/svg+xml;base64,"))
        );
        assert!(!open.can_confirm);
        let sent = sample(Lang::En, OrderStatus::Shipped, PaymentStatus::Completed);
        assert!(sent.pay.is_none() && sent.can_confirm);
    }

    #[test]
    fn a_token_that_is_none_opens_nothing() {
        assert!(guest("x").is_err());
        assert!(guest("").is_err());
    }
}
