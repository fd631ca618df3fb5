//! What a store was billed of what it owes, and what it paid or was let off.

use actix_web::web::{Path, Query, get, post};
use askama::Template;
use feira_kernel::{FieldError, PageRequest, StoreId, validate::REQUIRED};
use feira_payment::{
    DebtInvoice, DebtSettlement, InvoiceEnding, InvoiceId, InvoiceStatus, MANAGE_PAYOUTS,
    NewInvoice, PaymentError,
};
use feira_store::StoreKey;
use feira_web::{auth::CsrfForm, idempotent::of_form, reports};
use uuid::Uuid;

use super::{caller::AdminPage, debts, store_money};
use crate::{
    invoices,
    page::{
        Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted,
        act, press, respond,
    },
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, id},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/stores/{id}/invoices",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[
        Action::blank("/admin/books/stores/{id}/invoices", || post().to(make)),
        Action::blank("/admin/books/stores/{id}/invoices/{invoice}/end", || {
            post().to(end)
        }),
        Action::at("/admin/books/stores/{id}/invoices/{invoice}/pdf", || {
            get().to(paper)
        }),
    ],
    #[cfg(test)]
    samples,
};

/// Settlements that are shown; the API has them all.
const SETTLEMENTS: u32 = 100;

#[derive(Template)]
#[template(path = "admin/debt_invoices.html")]
struct InvoicesPage {
    p: Page,
    address: String,
    invoices: Vec<DebtInvoice>,
    list: ListView,
    settlements: Vec<DebtSettlement>,
    form: Form,
    /// Of what the store owes; none where it owes nothing.
    currencies: Vec<Choice>,
    endings: Vec<Choice>,
    manages: bool,
}

/// What a page shows.
struct Shown {
    invoices: Vec<DebtInvoice>,
    settlements: Vec<DebtSettlement>,
    currencies: Vec<Choice>,
}

fn address(store: Uuid) -> String {
    format!("{}/invoices", store_money::address(store))
}

/// The key makes a form that is sent twice have one effect.
fn blank(admin: &AdminPage) -> Form {
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    Form::new(Fields::default().with("key", key.to_string()))
}

/// GET /admin/books/stores/{id}/invoices?cursor=
async fn show(admin: AdminPage, id: Path<Uuid>, wanted: Query<Wanted>) -> Answer {
    index(&admin, *id, wanted.into_inner(), blank(&admin)).await
}

async fn index(admin: &AdminPage, id: Uuid, wanted: Wanted, form: Form) -> Answer {
    let (payments, actor, store) = (&admin.state.payments, &admin.actor, StoreId(id));
    let name = admin
        .state
        .stores
        .store(actor, StoreKey::Id(store))
        .await?
        .name;
    let found = payments
        .debt_invoices(actor, Some(store), wanted.part())
        .await?;
    let first = PageRequest::first(SETTLEMENTS);
    let settled = payments.debt_settlements(actor, Some(store), first).await?;
    let balances = payments.balance(actor, Some(store)).await?;
    let owing = balances.iter().filter(|balance| balance.owed.is_positive());
    let shown = Shown {
        invoices: found.items,
        settlements: settled.items,
        currencies: owing
            .map(|balance| Choice::new(balance.currency.code(), balance.currency.code()))
            .collect(),
    };
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(address(id), wanted, found.next_cursor);
    let (status, manages) = (form.status(), actor.is_operator(MANAGE_PAYOUTS));
    let page = view(p.titled(name), id, (shown, list), manages, form);
    respond(&admin.request, status, &page)
}

fn view(
    p: Page,
    store: Uuid,
    (shown, list): (Shown, ListView),
    manages: bool,
    form: Form,
) -> InvoicesPage {
    let ended = [
        InvoiceStatus::Paid,
        InvoiceStatus::WrittenOff,
        InvoiceStatus::Withdrawn,
    ];
    let endings = ended.map(|status| Choice::new(status.as_str(), p.name(&status)));
    InvoicesPage {
        endings: endings.to_vec(),
        list: list.none(&shown.invoices, p.t("invoices-none")),
        p: p.below(debts::PAGE.path, "debts-title"),
        address: address(store),
        invoices: shown.invoices,
        settlements: shown.settlements,
        currencies: shown.currencies,
        form,
        manages,
    }
}

/// POST /admin/books/stores/{id}/invoices
async fn make(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let invoice = NewInvoice {
        store: StoreId(*id),
        amount: store_money::amount(&admin, &mut form),
        due_on: form.text("due_on"),
        note: form.text("note"),
    };
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.invoice_debt(&admin.actor, invoice, key),
        |_| (address(*id), Flash::good("invoice-made-flash")),
        async |form| index(&admin, *id, Wanted::default(), form).await,
    )
    .await
}

/// POST /admin/books/stores/{id}/invoices/{invoice}/end
async fn end(admin: AdminPage, ids: Path<(Uuid, Uuid)>, form: CsrfForm<Fields>) -> Answer {
    let (store, invoice) = ids.into_inner();
    let (fields, to) = (form.0, address(store));
    let note = fields.text("note");
    let ending = match InvoiceStatus::parse(fields.get("outcome")) {
        Some(InvoiceStatus::Paid) => InvoiceEnding::Paid { reference: note },
        Some(InvoiceStatus::WrittenOff) => InvoiceEnding::WrittenOff { reason: note },
        _ => InvoiceEnding::Withdrawn { reason: note },
    };
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &to,
        payments.end_invoice(&admin.actor, InvoiceId(invoice), ending, None),
        |_| Flash::good("invoice-ended-flash"),
        |error| match error {
            PaymentError::Invalid(fields) if fields.iter().any(is_empty) => {
                Some(Flash::bad("invoice-note-missing"))
            }
            PaymentError::MoreThanOwed => Some(Flash::bad("invoice-owed-less")),
            PaymentError::InvoiceMove(_) => Some(Flash::bad("invoice-ended-already")),
            _ => None,
        },
    )
    .await
}

fn is_empty(field: &FieldError) -> bool {
    field.code == REQUIRED.as_str()
}

/// GET /admin/books/stores/{id}/invoices/{invoice}/pdf
async fn paper(admin: AdminPage, ids: Path<(Uuid, Uuid)>) -> Answer {
    let (_, invoice) = ids.into_inner();
    let payments = &admin.state.payments;
    let invoice = payments
        .debt_invoice(&admin.actor, InvoiceId(invoice))
        .await?;
    let p = admin.frame(&PAGE).await;
    let pdf = invoices::pdf(
        &p,
        &invoice,
        (&admin.state.settings.name, &admin.state.settings.base_url),
    );
    let name = invoices::file_name(&invoice);
    Ok(reports::download(&name, "application/pdf", pdf))
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |shown: Shown, form| {
        let list = ListView::new(address(id(3)), Wanted::default(), None);
        let p = frame(lang, &PAGE).titled("Ateliê da Maria");
        samples::shown(&view(p, id(3), (shown, list), true, form))
    };
    let mut refused = Form::default();
    refused.refuse("amount", lang.text("field-required"));
    let some = Shown {
        invoices: samples::invoices(),
        settlements: samples::settlements(),
        currencies: vec![Choice::new("BRL", "BRL")],
    };
    let none = Shown {
        invoices: Vec::new(),
        settlements: Vec::new(),
        currencies: Vec::new(),
    };
    vec![
        ("debt_invoices", page(some, refused)),
        ("debt_invoices_none", page(none, Form::default())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_open_invoice_is_ended_and_only_who_owes_is_billed() {
        let looks = samples(Lang::En);
        let ends = looks.iter().map(|(_, html)| html.matches("/end\"").count());
        assert_eq!(ends.collect::<Vec<_>>(), [1, 0]);
        let bills = looks
            .iter()
            .map(|(_, html)| html.contains("name=\"due_on\""));
        assert_eq!(bills.collect::<Vec<_>>(), [true, false]);
    }
}
