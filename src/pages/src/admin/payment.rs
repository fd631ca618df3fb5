mod acting;

use std::{collections::BTreeMap, fmt::Display};

use actix_web::{
    http::StatusCode,
    web::{Path, get, post},
};
use askama::Template;
use feira_kernel::{Money, StoreId};
use feira_payment::{
    AskedSplit, Exchange, Instalments, InterestBearer, MANAGE_PAYMENTS, PaidBy, PartReference,
    Payment, PaymentDetails, PaymentId, PaymentStatus, Refund,
};
use uuid::Uuid;

use super::{caller::AdminPage, payments};
use crate::page::{Action, Answer, Fields, Form, Page, Place, Registered, respond};
#[cfg(test)]
use tests::samples;

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payments/{id}",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[
        Action::blank("/admin/payments/{id}/paid", || post().to(acting::mark_paid)),
        Action::at("/admin/payments/{id}/notes", || {
            post().to(acting::save_notes)
        }),
        Action::blank("/admin/payments/{id}/legs/{part}/paid", || {
            post().to(acting::leg_paid)
        }),
        Action::blank("/admin/payments/{id}/legs/{part}/unpaid", || {
            post().to(acting::leg_unpaid)
        }),
        Action::blank("/admin/payments/{id}/splits/{part}/settled", || {
            post().to(acting::settle_split)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/sent", || {
            post().to(acting::mark_sent)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/settled", || {
            post().to(acting::settle)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/withdrawn", || {
            post().to(acting::withdraw)
        }),
        Action::blank("/admin/payments/{id}/refunds/{refund}/returned", || {
            post().to(acting::came_back)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/payment.html")]
struct PaymentPage {
    p: Page,
    payment: Payment,
    refunds: Vec<Refund>,
    /// Of which the provider does not say whether it split them.
    asked_splits: Vec<AskedSplit>,
    stores: BTreeMap<StoreId, String>,
    /// Whether there is a time to pay.
    waits_until: bool,
    /// What of the amount somebody paid, or is to.
    collected: Money,
    in_part: bool,
    /// Whether an operator settles this payment by hand and this one may.
    by_hand: bool,
    /// Whether the operator may name the provider's refund that an unknown outcome belongs to.
    manages: bool,
    /// Whether she says that a refund came back.
    returns_by_hand: bool,
    /// Whether a pending refund waits for an operator.
    to_send: bool,
    /// Whether the stores were paid themselves, and give back what they were paid.
    to_stores: bool,
    can_mark: bool,
    /// Whether the operator may open a dispute by hand.
    can_dispute: bool,
    dispute_action: String,
    address: String,
    paid_action: String,
    order: String,
    /// What is typed beside acts: references by refund id, and notes.
    form: Form,
    notes: Form,
    /// By part, of legs.
    leg_notes: BTreeMap<Uuid, String>,
    notes_action: String,
    paid_by: PaidBy,
    /// Oldest first.
    exchanges: Vec<Exchange>,
}

/// The field of the note beside the payment itself.
const PAID_NOTE: &str = "paid-note";

/// The field of the note beside a part.
fn note_of(part: impl Display) -> String {
    format!("note-{part}")
}

/// What she typed: beside an act, or the payment's notes.
#[derive(Default)]
struct Typed {
    beside: Form,
    notes: Option<Form>,
}

impl Typed {
    fn beside(beside: Form) -> Self {
        Self {
            beside,
            notes: None,
        }
    }

    fn status(&self) -> StatusCode {
        let form = self.notes.as_ref().unwrap_or(&self.beside);
        form.status()
    }
}

/// What a page shows of a payment.
struct Shown {
    details: PaymentDetails,
    /// Of the legs, and of parts that were perhaps split.
    stores: BTreeMap<StoreId, String>,
    exchanges: Vec<Exchange>,
}

impl PaymentPage {
    /// The name of a leg's store, or of a part's.
    fn store(&self, store: &StoreId) -> String {
        self.stores.get(store).cloned().unwrap_or_default()
    }

    fn leg_note(&self, part: &PartReference) -> Option<&str> {
        self.leg_notes.get(&part.0).map(String::as_str)
    }

    fn note_field(&self, part: &PartReference) -> String {
        note_of(part)
    }

    /// Who bears the interest.
    fn bearer(&self, chosen: &Instalments) -> &'static str {
        match chosen.interest_borne_by {
            InterestBearer::Buyer => "interest-buyer",
            InterestBearer::Marketplace => "interest-marketplace",
            InterestBearer::Store => "interest-store",
        }
    }
}

fn address(id: Uuid) -> String {
    format!("{}/{id}", payments::PAGE.path)
}

/// GET /admin/payments/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, Typed::default()).await
}

async fn index(admin: &AdminPage, id: Uuid, typed: Typed) -> Answer {
    let (payments, actor) = (&admin.state.payments, &admin.actor);
    let details = payments.details(actor, PaymentId(id)).await?;
    let shown = Shown {
        stores: {
            let of = details.payment.legs.iter().map(|leg| leg.store);
            let of = of.chain(details.asked_splits.iter().map(|one| one.store));
            admin.store_names(of).await?
        },
        details,
        exchanges: payments.exchanges(actor, PaymentId(id)).await?,
    };
    let p = admin.frame(&PAGE).await;
    let status = typed.status();
    let manages = actor.is_operator(MANAGE_PAYMENTS);
    respond(&admin.request, status, &view(p, shown, manages, typed))
}

fn view(p: Page, shown: Shown, manages: bool, typed: Typed) -> PaymentPage {
    let Shown {
        details,
        stores,
        exchanges,
    } = shown;
    let kept = details.notes.unwrap_or_default();
    let kept = Form::editing(details.notes_version, Fields::default().with("notes", kept));
    let notes = match typed.notes {
        Some(typed) => typed.beside(p.lang, kept),
        None => kept,
    };
    let form = typed.beside;
    let payment = details.payment;
    let address = address(payment.id.0);
    let by_hand = manages && details.by_hand;
    let title = p.t1("payment-title", p.money(&payment.collected()));
    let p = p.below(payments::PAGE.path, "payments-title");
    PaymentPage {
        p: p.titled(title),
        refunds: details.refunds,
        asked_splits: details.asked_splits,
        paid_by: details.paid_by,
        leg_notes: details
            .leg_notes
            .into_iter()
            .map(|one| (one.part.0, one.note))
            .collect(),
        stores,
        waits_until: !payment.method.is_on_delivery(),
        collected: payment.collected(),
        in_part: payment.collected() != payment.amount,
        to_send: details.by_hand && payment.legs.is_empty(),
        to_stores: !payment.legs.is_empty(),
        manages,
        returns_by_hand: manages && details.returns_by_hand,
        by_hand,
        can_mark: by_hand && payment.status == PaymentStatus::Pending && payment.legs.is_empty(),
        can_dispute: manages
            && details.disputed_by_hand
            && matches!(
                payment.status,
                PaymentStatus::Completed
                    | PaymentStatus::PartiallyRefunded
                    | PaymentStatus::Disputed
            ),
        dispute_action: format!("{address}/dispute"),
        paid_action: format!("{address}/paid"),
        notes_action: format!("{address}/notes"),
        notes,
        exchanges,
        address,
        order: format!("/admin/orders/{}", payment.reference.0),
        payment,
        form,
    }
}

#[cfg(test)]
#[path = "payment_tests.rs"]
mod tests;
