use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::{Currency, Money, PageRequest, StoreId};
use feira_payment::{
    Balance, MANAGE_PAYOUTS, NewReserve, Reserve, ReserveFilter, ReserveId, SplitAccount,
};
use feira_store::StoreKey;
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::{caller::AdminPage, debts, stores};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
    feira_payment::WithdrawalKept,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/stores/{id}",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[
        Action::blank("/admin/books/stores/{id}/write-off", || {
            post().to(write_off)
        }),
        Action::blank("/admin/books/stores/{id}/paid", || post().to(paid)),
        Action::blank("/admin/books/stores/{id}/reserve", || post().to(hold)),
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
    /// The addresses of the store's page and of this page.
    store_address: String,
    address: String,
    balances: Vec<Balance>,
    reserves: Vec<Reserve>,
    /// At providers that split charges.
    accounts: Vec<SplitAccount>,
    endings: Vec<EndingForm>,
    holding: Form,
    currencies: Vec<Choice>,
    owes: bool,
    manages: bool,
}

/// How a debt ends, beside being taken off what its store is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Paid,
    WrittenOff,
}

impl Ending {
    /// The field for what is said of it.
    fn note(self) -> &'static str {
        match self {
            Self::Paid => "reference",
            Self::WrittenOff => "reason",
        }
    }

    fn flash(self) -> &'static str {
        match self {
            Self::Paid => "debt-paid-flash",
            Self::WrittenOff => "debt-written-off-flash",
        }
    }
}

/// The form by which a debt ends in one way.
struct EndingForm {
    title: String,
    hint: String,
    action: String,
    /// The field for what is said of it, its label, and how long that may be.
    note: &'static str,
    label: String,
    longest: &'static str,
    /// Whether nothing comes back of it.
    danger: bool,
    form: Form,
}

impl EndingForm {
    fn new(p: &Page, address: &str, how: Ending, form: Form) -> Self {
        let (word, hint, label) = match how {
            Ending::Paid => ("debt-paid", "debt-paid-hint", "payout-reference"),
            Ending::WrittenOff => ("debt-write-off", "debt-write-off-hint", "reserve-reason"),
        };
        let (last, longest) = match how {
            Ending::Paid => ("paid", "140"),
            Ending::WrittenOff => ("write-off", "500"),
        };
        Self {
            title: p.t(word),
            hint: p.t(hint),
            action: format!("{address}/{last}"),
            note: how.note(),
            label: p.t(label),
            longest,
            danger: how == Ending::WrittenOff,
            form: form.prefixed(match how {
                Ending::Paid => "paid-",
                Ending::WrittenOff => "write-off-",
            }),
        }
    }
}

/// The forms of the page.
#[derive(Default)]
struct Forms {
    write_off: Form,
    paid: Form,
    reserve: Form,
}

pub(super) fn address(id: Uuid) -> String {
    format!("{}/{id}", debts::PAGE.path)
}

impl Forms {
    fn ending(&mut self, how: Ending) -> &mut Form {
        match how {
            Ending::Paid => &mut self.paid,
            Ending::WrittenOff => &mut self.write_off,
        }
    }
}

/// Empty forms; the idempotency key in each gives a form sent twice one effect.
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
    let accounts = payments.split_accounts(actor, store).await?;
    let p = admin.frame(&PAGE).await;
    let statuses = [&forms.write_off, &forms.paid, &forms.reserve].map(Form::status);
    let status = statuses.into_iter().max().unwrap_or_default();
    let manages = actor.is_operator(MANAGE_PAYOUTS);
    let page = view(
        p.titled(name),
        id,
        (balances, reserves.items, accounts),
        manages,
        forms,
    );
    respond(&admin.request, status, &page)
}

fn view(
    p: Page,
    store: Uuid,
    (balances, reserves, accounts): (Vec<Balance>, Vec<Reserve>, Vec<SplitAccount>),
    manages: bool,
    forms: Forms,
) -> MoneyPage {
    let currency =
        |balance: &Balance| Choice::new(balance.currency.code(), balance.currency.code());
    MoneyPage {
        store_address: format!("{}/{store}", stores::PAGE.path),
        address: address(store),
        currencies: balances.iter().map(currency).collect(),
        owes: balances.iter().any(|balance| balance.owed.is_positive()),
        balances,
        reserves,
        accounts,
        endings: vec![
            EndingForm::new(&p, &address(store), Ending::Paid, forms.paid),
            EndingForm::new(&p, &address(store), Ending::WrittenOff, forms.write_off),
        ],
        holding: forms.reserve.prefixed("reserve-"),
        p: p.below(debts::PAGE.path, "debts-title"),
        manages,
    }
}

/// The amount in the chosen currency. A fault is added to the form, and what is returned then is not used.
pub(super) fn amount(admin: &AdminPage, form: &mut Form) -> Money {
    let currency = form.text("currency").parse::<Currency>();
    let currency = currency.unwrap_or(admin.state.settings.currency);
    let typed = form.needed_money(admin.lang, "amount", currency);
    typed.unwrap_or(Money::zero(currency))
}

/// POST /admin/books/stores/{id}/write-off
async fn write_off(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    end(&admin, *id, form.0, Ending::WrittenOff).await
}

/// POST /admin/books/stores/{id}/paid
async fn paid(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    end(&admin, *id, form.0, Ending::Paid).await
}

/// What a store owes, or a part of it, is owed no more.
async fn end(admin: &AdminPage, id: Uuid, typed: Fields, how: Ending) -> Answer {
    let mut form = Form::new(typed);
    let amount = amount(admin, &mut form);
    let note = form.text(how.note());
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let (payments, actor, store) = (&admin.state.payments, &admin.actor, StoreId(id));
    let work = async {
        match how {
            Ending::Paid => payments.settle_debt(actor, store, amount, note, key).await,
            Ending::WrittenOff => {
                payments
                    .write_off_debt(actor, store, amount, note, key)
                    .await
            }
        }
    };
    act(
        &admin.state,
        admin.lang,
        form,
        work,
        |_| (address(id), Flash::good(how.flash())),
        async |form| {
            let mut forms = blank(admin);
            *forms.ending(how) = form;
            index(admin, id, forms).await
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
        // The form has refused a missing day.
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
        let kept = (owed > 0).then(|| samples::split_account(9_000, Some(WithdrawalKept::Owes)));
        let money = (
            vec![balance],
            samples::reserves(),
            kept.into_iter().collect(),
        );
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
        let why = Lang::En.text("withdrawal-kept-owes");
        let there = looks.iter().map(|(_, html)| html.contains(&why));
        assert_eq!(there.collect::<Vec<_>>(), [false, true]);
        for (name, html) in looks {
            assert_eq!(html.matches("/release\"").count(), 1, "{name}");
        }
    }
}
