use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::{Currency, Money, MoneyError, PageRequest, StoreId};
use feira_payment::{Balance, MANAGE_PAYOUTS, NewReserve, Reserve, ReserveFilter, ReserveId};
use feira_store::StoreKey;
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::{caller::AdminPage, debts, stores};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, Unread, act, parse_money,
    press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/stores/{id}",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/books/stores/{id}/write-off", || {
            post().to(write_off)
        }),
        Action::at("/admin/books/stores/{id}/paid", || post().to(paid)),
        Action::at("/admin/books/stores/{id}/reserve", || post().to(hold)),
        Action::at(
            "/admin/books/stores/{id}/reserves/{reserve}/release",
            || post().to(release),
        ),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/store_money.html")]
struct MoneyPage {
    p: Page,
    /// Of the store among the stores, and of this page.
    store_address: String,
    address: String,
    balances: Vec<Balance>,
    reserves: Vec<Reserve>,
    write_off: Form,
    paid: Form,
    holding: Form,
    currencies: Vec<Choice>,
    owes: bool,
    manages: bool,
}

/// Those of the page, each as it was typed.
#[derive(Default)]
struct Forms {
    write_off: Form,
    paid: Form,
    reserve: Form,
}

pub(super) fn address(id: Uuid) -> String {
    format!("{}/{id}", debts::PAGE.path)
}

/// Forms that nothing was typed into; the key of each makes one that is sent twice have one effect.
fn blank(admin: &AdminPage) -> Forms {
    let form = || {
        let key = Uuid::from_bytes(admin.state.entropy.bytes());
        Form::new(Fields::default().with("key", key.to_string()))
    };
    Forms {
        write_off: form(),
        paid: form(),
        reserve: form(),
    }
}

/// GET /admin/books/stores/{id}: what a store is owed and owes, and what is kept in reserve.
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, blank(&admin)).await
}

async fn index(admin: &AdminPage, id: Uuid, forms: Forms) -> Answer {
    let (payments, actor, store) = (&admin.state.payments, &admin.actor, StoreId(id));
    let key = StoreKey::Id(store);
    let name = admin.state.stores.store(actor, key).await?.name;
    let balances = payments.balance(actor, Some(store)).await?;
    let first = PageRequest::first(100);
    let of_store = ReserveFilter {
        store: Some(store),
        status: None,
    };
    let reserves = payments.reserves(actor, of_store, first).await?;
    let p = admin.frame(&PAGE).await;
    let statuses = [&forms.write_off, &forms.paid, &forms.reserve].map(Form::status);
    let status = statuses.into_iter().max().unwrap_or_default();
    let manages = actor.is_operator(MANAGE_PAYOUTS);
    let page = view(
        p.titled(name),
        id,
        (balances, reserves.items),
        manages,
        forms,
    );
    respond(&admin.request, status, &page)
}

fn view(
    p: Page,
    store: Uuid,
    (balances, reserves): (Vec<Balance>, Vec<Reserve>),
    manages: bool,
    forms: Forms,
) -> MoneyPage {
    let currency =
        |balance: &Balance| Choice::new(balance.currency.code(), balance.currency.code());
    MoneyPage {
        p: p.below(debts::PAGE.path, "debts-title"),
        store_address: format!("{}/{store}", stores::PAGE.path),
        address: address(store),
        currencies: balances.iter().map(currency).collect(),
        owes: balances.iter().any(|balance| balance.owed.is_positive()),
        balances,
        reserves,
        write_off: forms.write_off.prefixed("write-off-"),
        paid: forms.paid.prefixed("paid-"),
        holding: forms.reserve.prefixed("reserve-"),
        manages,
    }
}

/// What was typed as an amount in the chosen currency; of what is wrong the form says so.
pub(super) fn amount(admin: &AdminPage, form: &mut Form) -> Money {
    let currency = form.text("currency").parse::<Currency>();
    let currency = currency.unwrap_or(admin.state.settings.currency);
    let key = match parse_money(admin.lang, form.value("amount"), currency) {
        _ if form.value("amount").is_empty() => "field-required",
        Ok(amount) => return amount,
        Err(Unread::Ambiguous) => "field-money-ambiguous",
        Err(Unread::Wrong(MoneyError::SubUnit { .. })) => "field-money-decimals",
        Err(Unread::Wrong(MoneyError::TooLarge)) => "field-too-large",
        Err(Unread::Wrong(MoneyError::NotANumber | MoneyError::CurrencyMismatch(..))) => {
            "field-money"
        }
    };
    form.refuse("amount", admin.lang.text(key));
    Money::zero(currency)
}

/// POST /admin/books/stores/{id}/write-off
async fn write_off(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let amount = amount(&admin, &mut form);
    let reason = form.text("reason");
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let (payments, store) = (&admin.state.payments, StoreId(*id));
    act(
        &admin.state,
        admin.lang,
        form,
        payments.write_off_debt(&admin.actor, store, amount, reason, key),
        |_| (address(*id), Flash::good("debt-written-off-flash")),
        async |write_off| {
            let forms = Forms {
                write_off,
                ..blank(&admin)
            };
            index(&admin, *id, forms).await
        },
    )
    .await
}

/// POST /admin/books/stores/{id}/paid
async fn paid(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let amount = amount(&admin, &mut form);
    let reference = form.text("reference");
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let (payments, store) = (&admin.state.payments, StoreId(*id));
    act(
        &admin.state,
        admin.lang,
        form,
        payments.settle_debt(&admin.actor, store, amount, reference, key),
        |_| (address(*id), Flash::good("debt-paid-flash")),
        async |paid| {
            let forms = Forms {
                paid,
                ..blank(&admin)
            };
            index(&admin, *id, forms).await
        },
    )
    .await
}

/// POST /admin/books/stores/{id}/reserve
async fn hold(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let amount = amount(&admin, &mut form);
    let until = admin.zone.start_of_day(form.value("release_at"));
    if until.is_none() {
        form.refuse("release_at", admin.lang.text("field-required"));
    }
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let reserve = NewReserve {
        store: StoreId(*id),
        amount,
        reason: form.text("reason"),
        // Without a day the form was refused.
        release_at: until.unwrap_or_else(|| admin.state.clock.now()),
    };
    act(
        &admin.state,
        admin.lang,
        form,
        admin
            .state
            .payments
            .hold_reserve(&admin.actor, reserve, key),
        |_| (address(*id), Flash::good("reserve-held-flash")),
        async |reserve| {
            let forms = Forms {
                reserve,
                ..blank(&admin)
            };
            index(&admin, *id, forms).await
        },
    )
    .await
}

/// POST /admin/books/stores/{id}/reserves/{reserve}/release
async fn release(admin: AdminPage, ids: Path<(Uuid, Uuid)>, _form: CsrfForm<Fields>) -> Answer {
    let (store, reserve) = ids.into_inner();
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(store),
        payments.release_reserve(&admin.actor, ReserveId(reserve), None),
        |_| Flash::good("reserve-released-flash"),
        |_| None,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |owed, forms| {
        let balance = Balance {
            owed: brl(owed).into(),
            ..samples::balance()
        };
        let p = frame(lang, &PAGE).titled("Ateliê da Maria");
        let money = (vec![balance], samples::reserves());
        samples::shown(&view(p, id(3), money, true, forms))
    };
    let mut refused = Forms::default();
    refused
        .write_off
        .refuse("amount", lang.text("field-required"));
    vec![
        ("store_money", page(0, Forms::default())),
        ("store_money_owes", page(12_300, refused)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_owes_is_asked_for_it_and_only_what_is_held_is_released() {
        let looks = samples(Lang::En);
        let asked = looks.iter().map(|(_, html)| html.contains("/write-off\""));
        assert_eq!(asked.collect::<Vec<_>>(), [false, true]);
        for (name, html) in looks {
            assert_eq!(html.matches("/release\"").count(), 1, "{name}");
        }
    }
}
