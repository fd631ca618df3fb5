use actix_web::web::{Path, get};
use askama::Template;
use feira_payment::{PayoutDetails, PayoutId};
use uuid::Uuid;

use super::{caller::SellerPage, payouts};
use crate::page::{Answer, Page, Place, Registered, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::{Payout, PayoutStatus},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/payouts/{id}",
    place: Place::Below("payouts"),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/payout.html")]
struct PayoutPage {
    p: Page,
    details: PayoutDetails,
    /// The number of items that are not shown.
    more: usize,
}

/// GET /seller/payouts/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    let payments = &seller.state.payments;
    let details = payments.payout(&seller.actor, PayoutId(*id)).await?;
    let p = seller.frame(&PAGE).await;
    respond_ok(&seller.request, &view(p, details))
}

fn view(p: Page, details: PayoutDetails) -> PayoutPage {
    let title = p.t1("payout-title", p.total(&details.payout.amount));
    let p = p.below(payouts::PAGE.path, "payouts-and-balance");
    PayoutPage {
        p: p.titled(title),
        more: details.more(),
        details,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let details = samples::payout_details();
    let sent = PayoutDetails {
        transfer: Some(samples::payout_transfer()),
        ..details.clone()
    };
    let back = PayoutDetails {
        payout: Payout {
            status: PayoutStatus::Returned,
            ended_at: Some(samples::ago(10)),
            ended_why: Some("The account is <closed>.".to_owned()),
            ..details.payout.clone()
        },
        ..details.clone()
    };
    let look = |details| samples::shown(&view(frame(lang, &PAGE), details));
    vec![
        ("payout", look(details)),
        ("payout_returned", look(back)),
        ("payout_transferred", look(sent)),
    ]
}
