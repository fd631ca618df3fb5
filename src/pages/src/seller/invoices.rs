//! What the marketplace billed the store.

use actix_web::web::{Path, Query, get};
use askama::Template;
use feira_payment::{DebtInvoice, InvoiceId};
use feira_web::reports;
use uuid::Uuid;

use super::{caller::SellerPage, payouts};
use crate::{
    invoices,
    page::{Action, Answer, ListView, Page, Place, Registered, Wanted, respond_ok},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/invoices",
    place: Place::Below("payouts"),
    show: || get().to(show),
    actions: &[Action::at("/seller/invoices/{id}/pdf", || get().to(paper))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/invoices.html")]
struct InvoicesPage {
    p: Page,
    invoices: Vec<DebtInvoice>,
    list: ListView,
}

/// GET /seller/invoices?cursor=
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let payments = &seller.state.payments;
    let found = payments
        .debt_invoices(&seller.actor, None, wanted.part())
        .await?;
    let p = seller.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&seller.request, &view(p, found.items, list))
}

fn view(p: Page, invoices: Vec<DebtInvoice>, list: ListView) -> InvoicesPage {
    InvoicesPage {
        list: list.none(&invoices, p.t("invoices-none")),
        p: p.below(payouts::PAGE.path, "payouts-and-balance")
            .called("invoices-title"),
        invoices,
    }
}

/// GET /seller/invoices/{id}/pdf
async fn paper(seller: SellerPage, id: Path<Uuid>) -> Answer {
    let payments = &seller.state.payments;
    let invoice = payments.debt_invoice(&seller.actor, InvoiceId(*id)).await?;
    let p = seller.frame(&PAGE).await;
    let pdf = invoices::pdf(
        &p,
        &invoice,
        (&seller.state.settings.name, &seller.state.settings.base_url),
    );
    let name = invoices::file_name(&invoice);
    Ok(reports::download(&name, "application/pdf", pdf))
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |invoices| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), invoices, list))
    };
    vec![
        ("invoices", page(samples::invoices())),
        ("invoices_none", page(Vec::new())),
    ]
}
