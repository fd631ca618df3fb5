use actix_web::web::{Path, get, post};
use askama::Template;
use feira_payment::{
    MANAGE_PAYOUTS, PayTo, PaymentError, Payout, PayoutDetails, PayoutId, PayoutStatus,
    TransferState,
};
use feira_store::PayoutDestination;
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, payouts};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::{PayoutTransfer, TransferTrouble},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payouts/{id}",
    place: Place::Below("settle"),
    show: || get().to(show),
    actions: &[
        Action::blank("/admin/payouts/{id}/pay", || post().to(pay)),
        Action::at("/admin/payouts/{id}/account", || post().to(show_account)),
        Action::blank("/admin/payouts/{id}/returned", || post().to(send_back)),
        Action::blank("/admin/payouts/{id}/cancelled", || post().to(cancel)),
        Action::at("/admin/payouts/{id}/again", || post().to(pay_again)),
    ],
    #[cfg(test)]
    samples,
};

/// What is said of one that came back or was given up.
const ENDED: &str = "payout-ended-flash";

#[derive(Template)]
#[template(path = "admin/payout.html")]
struct PayoutPage {
    p: Page,
    details: PayoutDetails,
    /// The number of items that are not shown.
    more: usize,
    address: String,
    /// The account's full number in labelled parts, after the operator asked for it.
    target: Vec<(String, String)>,
    /// Whether the operator may settle payouts.
    waits: bool,
    /// Whether it was asked of a provider that is gone.
    orphaned: bool,
    is_paid: bool,
    came_back: bool,
    account_action: String,
    again_action: String,
    form: Form,
}

/// What the page shows beside the payout.
#[derive(Default)]
struct Look {
    target: Option<PayTo>,
    form: Form,
}

/// GET /admin/payouts/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    detail(&admin, *id, Look::default()).await
}

async fn detail(admin: &AdminPage, id: Uuid, look: Look) -> Answer {
    let payments = &admin.state.payments;
    let details = payments.payout(&admin.actor, PayoutId(id)).await?;
    let p = admin.frame(&PAGE).await;
    let manages = admin.actor.is_operator(MANAGE_PAYOUTS);
    let status = look.form.status();
    respond(&admin.request, status, &view(p, details, manages, look))
}

fn view(p: Page, details: PayoutDetails, manages: bool, look: Look) -> PayoutPage {
    let payout = &details.payout;
    let p = p.below(payouts::PAGE.path, "payouts-title");
    let address = format!("{}/{}", payouts::PAGE.path, payout.id);
    // What a provider is asked for is neither given up nor sent back by the bank.
    let transfer = details.transfer.as_ref();
    let orphaned = transfer.is_some_and(|one| one.orphaned);
    let asked = transfer.is_some_and(|one| one.state != TransferState::Waiting) && !orphaned;
    let target = look.target.map(|to| lines(&p, to)).unwrap_or_default();
    PayoutPage {
        p: p.titled(payout.store_name.clone()),
        account_action: format!("{address}/account"),
        again_action: format!("{address}/again"),
        address,
        target,
        orphaned,
        waits: manages && payout.status == PayoutStatus::Pending && !asked,
        is_paid: manages && payout.status == PayoutStatus::Paid && transfer.is_none(),
        came_back: manages && payout.ended_at.is_some(),
        more: details.more(),
        form: look.form,
        details,
    }
}

/// The parts of an account as they are typed at the bank.
fn lines(p: &Page, to: PayTo) -> Vec<(String, String)> {
    let mut lines = vec![("payout-account-holder", to.holder)];
    lines.extend(to.tax_id.map(|id| ("payout-account-tax-id", id)));
    match to.destination {
        PayoutDestination::Pix { key, .. } => lines.push(("payout-account-key", key)),
        PayoutDestination::BankAccount {
            bank,
            branch,
            account,
            ..
        } => lines.extend([
            ("payout-account-bank", bank),
            ("payout-account-branch", branch),
            ("payout-account-number", account),
        ]),
        PayoutDestination::Iban { iban, bic, .. } => {
            lines.push(("payout-account-iban", iban));
            lines.extend(bic.map(|bic| ("payout-account-bic", bic)));
        }
        PayoutDestination::Provider { provider, account } => lines.extend([
            ("payout-account-provider", provider),
            ("payout-account-number", account),
        ]),
    }
    let named = lines.into_iter().map(|(key, value)| (p.t(key), value));
    named.collect()
}

/// POST /admin/payouts/{id}/account: the same page with the whole number, which is written down.
async fn show_account(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    let target = payments.payout_target(&admin.actor, PayoutId(*id)).await?;
    let look = Look {
        target: Some(target),
        ..Look::default()
    };
    detail(&admin, *id, look).await
}

/// POST /admin/payouts/{id}/pay: she paid it at the bank, under this reference.
async fn pay(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let reference = form.0.text("reference");
    let payments = &admin.state.payments;
    let work = payments.mark_payout_paid(&admin.actor, PayoutId(*id), reference, None);
    ended(&admin, *id, form.0, "payout-paid-flash", work).await
}

/// POST /admin/payouts/{id}/returned
async fn send_back(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let reason = form.0.text("reason");
    let payments = &admin.state.payments;
    let work = payments.return_payout(&admin.actor, PayoutId(*id), reason, None);
    ended(&admin, *id, form.0, ENDED, work).await
}

/// POST /admin/payouts/{id}/cancelled
async fn cancel(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let reason = form.0.text("reason");
    let unpaid = form.0.text("bank_did_not_pay") == "yes";
    let payments = &admin.state.payments;
    let work = payments.cancel_payout(&admin.actor, PayoutId(*id), reason, unpaid, None);
    ended(&admin, *id, form.0, ENDED, work).await
}

/// POST /admin/payouts/{id}/again: what the store is owed now, to the account that it has now.
async fn pay_again(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    let details = payments.payout(&admin.actor, PayoutId(*id)).await?;
    press(
        &admin.state,
        payouts::PAGE.path,
        payments.pay_store(&admin.actor, details.payout.store, None),
        |made| Flash::good("payouts-made").count(made.len()),
        |_| None,
    )
    .await
}

async fn ended(
    admin: &AdminPage,
    id: Uuid,
    typed: Fields,
    flash: &'static str,
    work: impl Future<Output = Result<Payout, PaymentError>>,
) -> Answer {
    act(
        &admin.state,
        admin.lang,
        Form::new(typed),
        work,
        |payout| {
            let to = format!("{}/{}", payouts::PAGE.path, payout.id);
            let flash = Flash::good(flash).name(payout.store_name);
            (to, flash)
        },
        async |form| {
            let look = Look {
                form,
                ..Look::default()
            };
            detail(admin, id, look).await
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let details = samples::payout_details();
    let paid = PayoutDetails {
        payout: Payout {
            status: PayoutStatus::Paid,
            reference: Some("E1234567".to_owned()),
            paid_at: Some(samples::ago(100)),
            ..details.payout.clone()
        },
        ..details.clone()
    };
    let waits = PayoutDetails {
        transfer: Some(PayoutTransfer {
            state: TransferState::Waiting,
            trouble: Some(TransferTrouble::AccountClosed),
            told: Some("account_closed".to_owned()),
            next_attempt_at: Some(samples::ago(-300)),
            reversals: Vec::new(),
            ..samples::payout_transfer()
        }),
        ..details.clone()
    };
    let orphaned = PayoutDetails {
        transfer: Some(PayoutTransfer {
            state: TransferState::Asked,
            orphaned: true,
            trouble: Some(TransferTrouble::Settings),
            reversals: Vec::new(),
            ..samples::payout_transfer()
        }),
        ..details.clone()
    };
    let mut form = Form::default();
    form.refuse(
        "reason",
        lang.error("request.required", (None, None))
            .expect("a text"),
    );
    let refused = Look { target: None, form };
    let seen = Look {
        target: Some(samples::pay_to()),
        ..Look::default()
    };
    let look = |details, look| samples::shown(&view(frame(lang, &PAGE), details, true, look));
    vec![
        ("payout_by_transfer", look(waits, Look::default())),
        ("payout_orphaned", look(orphaned, Look::default())),
        ("payout", look(details, seen)),
        ("payout_paid", look(paid, refused)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_waits_is_marked_as_paid_where_its_account_is() {
        let looks = samples(Lang::En);
        let forms = looks.iter().map(|(_, html)| html.contains("/pay\""));
        // What a provider sends nobody marks.
        assert_eq!(forms.collect::<Vec<_>>(), [false, true, true, false]);
        let (_, waits) = &looks[2];
        assert!(waits.contains("name=\"reference\""), "{waits}");
    }

    #[test]
    fn what_is_not_shown_of_a_payout_is_said() {
        let details = samples::payout_details();
        assert_eq!(details.more(), 1);
        let (_, html) = samples(Lang::En).remove(2);
        assert!(html.contains("One more is not shown."), "{html}");
    }
}
