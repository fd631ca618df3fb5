//! A guest's order, opened by the token in her mail.

use actix_web::{
    HttpRequest,
    web::{Data, Path},
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

use crate::page::{Answer, Flash, Page, done, respond_ok};

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
pub(crate) async fn show(
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
pub(crate) async fn confirm_delivery(state: Data<AppState>, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    state.orders.confirm_delivery(&actor, id, None).await?;
    Ok(done(
        &state,
        &format!("/l/order/{token}"),
        &Flash::good("guest-arrived-done"),
    ))
}

#[cfg(test)]
mod tests {
    use feira_order::OrderStatus;

    use super::*;
    use crate::page::{
        Area, Lang,
        rules::checked,
        samples::{self, NOW},
    };

    fn frame(lang: Lang) -> Page {
        let mut p = Page::sample(lang, Area::Public, "", NOW);
        p.user = None;
        p
    }

    fn guest_page(lang: Lang, status: OrderStatus, payment: PaymentStatus) -> GuestOrderPage {
        guest_view(frame(lang), samples::order(status, payment), "id.mac")
    }

    #[test]
    fn every_page_keeps_the_rules() {
        for lang in Lang::ALL {
            let page = guest_page(lang, OrderStatus::Pending, PaymentStatus::Pending);
            checked("guest_pending", lang, &page.render().unwrap());
            let page = guest_page(lang, OrderStatus::Shipped, PaymentStatus::Completed);
            checked("guest_shipped", lang, &page.render().unwrap());
        }
    }

    #[test]
    fn a_guest_pays_while_it_is_open_and_confirms_what_was_sent() {
        let open = guest_page(Lang::En, OrderStatus::Pending, PaymentStatus::Pending);
        assert!(
            matches!(open.pay, Some(Pay::Pix { ref picture, .. }) if picture.starts_with("data:image/svg+xml;base64,"))
        );
        assert!(!open.can_confirm);
        let sent = guest_page(Lang::En, OrderStatus::Shipped, PaymentStatus::Completed);
        assert!(sent.pay.is_none() && sent.can_confirm);
    }

    #[test]
    fn a_token_that_is_none_opens_nothing() {
        assert!(guest("x").is_err());
        assert!(guest("").is_err());
    }
}
