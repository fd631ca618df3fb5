use std::collections::BTreeMap;

use actix_web::web::{Path, Query, get};
use askama::Template;
use feira_kernel::{Currency, StoreId, Total};
use feira_payment::{Account, AccountNature, BookEntry, EntryFilter, LedgerKind, MonthTotal};
use feira_web::{
    error::PageError,
    ledger_file::{self, order_numbers},
};
use time::Duration;
use uuid::Uuid;

use super::{books, caller::AdminPage};
use crate::page::{
    Action, Answer, Badge, Choice, ListView, Page, Place, Registered, Wanted, Zone, query,
    respond_ok,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_payment::{PartReference, PaymentId, Reference},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/accounts/{account}/{currency}",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[Action::at(
        "/admin/books/accounts/{account}/{currency}/export",
        || get().to(export),
    )],
    #[cfg(test)]
    samples,
};

/// Days that an export covers if no first day is given.
const YEAR: Duration = Duration::days(365);

#[derive(Template)]
#[template(path = "admin/ledger_account.html")]
struct AccountPage {
    p: Page,
    entries: Vec<Line>,
    months: Vec<MonthTotal>,
    export: String,
    list: ListView,
}

/// An entry with its texts.
pub(super) struct Line {
    pub(super) entry: BookEntry,
    pub(super) number: Option<String>,
}

pub(super) fn lines(entries: Vec<BookEntry>, numbers: &BTreeMap<Uuid, String>) -> Vec<Line> {
    let number = |entry: &BookEntry| numbers.get(&entry.reference?.0).cloned();
    let line = |entry| Line {
        number: number(&entry),
        entry,
    };
    entries.into_iter().map(line).collect()
}

/// The address of an account's entries.
pub(super) fn address(account: Account, currency: Currency) -> String {
    format!(
        "{}/accounts/{}/{currency}",
        books::PAGE.path,
        account.as_str()
    )
}

/// Liabilities and income are shown as positive amounts, as on the page of the books.
fn as_it_is(account: Account, total: Total) -> Total {
    match account.nature() {
        AccountNature::Owed | AccountNature::Earned => total.negated(),
        AccountNature::Held | AccountNature::Spent => total,
    }
}

/// The account in the path.
fn named(path: &(String, String)) -> Result<(Account, Currency), PageError> {
    let account = Account::parse(&path.0).ok_or_else(PageError::not_found)?;
    let currency = path
        .1
        .parse::<Currency>()
        .map_err(|_| PageError::not_found())?;
    Ok((account, currency))
}

/// An unknown kind or store finds nothing.
fn filter((account, currency): (Account, Currency), wanted: &Wanted, zone: &Zone) -> EntryFilter {
    let store = wanted.optional("store");
    EntryFilter {
        kind: LedgerKind::parse(wanted.get("kind")),
        store: store.map(|text| StoreId(text.parse().unwrap_or(Uuid::nil()))),
        from: zone.start_of_day(wanted.get("from")),
        until: zone.start_of_day_after(wanted.get("until")),
        ..EntryFilter::of(account, currency)
    }
}

/// GET /admin/books/accounts/{account}/{currency}?kind=&store=&from=&until=&cursor=
async fn show(admin: AdminPage, path: Path<(String, String)>, wanted: Query<Wanted>) -> Answer {
    let of = named(&path)?;
    let (payments, actor) = (&admin.state.payments, &admin.actor);
    let meant = filter(of, &wanted, &admin.zone);
    let found = payments.ledger_entries(actor, meant, wanted.part()).await?;
    let zone = admin.state.settings.time_zone.clone();
    let months = payments.ledger_months(actor, of.0, of.1, zone).await?;
    let numbers = order_numbers(&admin.state, actor, &found.items).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(address(of.0, of.1), wanted.into_inner(), found.next_cursor);
    let page = view(p, of, lines(found.items, &numbers), months, list);
    respond_ok(&admin.request, &page)
}

fn view(
    p: Page,
    (account, currency): (Account, Currency),
    mut entries: Vec<Line>,
    mut months: Vec<MonthTotal>,
    list: ListView,
) -> AccountPage {
    for line in &mut entries {
        line.entry.amount = as_it_is(account, line.entry.amount);
    }
    for month in &mut months {
        month.total = as_it_is(account, month.total);
    }
    let all = [Choice::new("", p.t("filter-all"))].into_iter();
    let kinds = LedgerKind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.as_str(), p.t(kind.key())));
    let list = list
        .select("kind", p.t("ledger-kind"), all.chain(kinds).collect())
        .search("store", p.t("ledger-store-id"))
        .day("from", p.t("ledger-from"))
        .day("until", p.t("ledger-until"));
    let of_period: Vec<(&str, &str)> = list
        .filters
        .iter()
        .filter(|one| one.name != "kind")
        .map(|one| (one.name, one.value.as_str()))
        .collect();
    let export = query(
        &format!("{}/export", address(account, currency)),
        &of_period,
    );
    let title = format!("{} · {currency}", p.name(&account));
    AccountPage {
        export,
        list: list.none(&entries, p.t("ledger-none")),
        entries,
        months,
        p: p.below(books::PAGE.path, "nav-books").titled(title),
    }
}

/// GET /admin/books/accounts/{account}/{currency}/export?store=&from=&until=
async fn export(admin: AdminPage, path: Path<(String, String)>, wanted: Query<Wanted>) -> Answer {
    let mut meant = filter(named(&path)?, &wanted, &admin.zone);
    // Includes what is booked right now.
    let now = admin.state.clock.now();
    let until = meant.until.unwrap_or(now + Duration::DAY);
    meant.until = Some(until);
    meant.from = meant.from.or(Some(until - YEAR));
    Ok(ledger_file::answer(admin.state.clone(), admin.actor, meant).await?)
}

#[cfg(test)]
pub(super) fn entry(n: u128, account: Account, kind: LedgerKind, minor: i64) -> BookEntry {
    BookEntry {
        id: id(n),
        transaction: id(n),
        account,
        kind,
        store: Some(StoreId(id(3))),
        store_name: Some("Ateliê da Maria".to_owned()),
        amount: brl(minor).into(),
        payment: Some(PaymentId(id(4))),
        reference: Some(Reference::new(id(5))),
        part: Some(PartReference::new(id(6))),
        payout: None,
        at: ago(60),
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let of = (Account::SellerPayable, Currency::BRL);
    let page = |entries: Vec<BookEntry>, months| {
        let numbers = BTreeMap::from([(id(5), "FR-7K31".to_owned())]);
        let list = ListView::new(address(of.0, of.1), Wanted::default(), None);
        let page = view(
            frame(lang, &PAGE),
            of,
            lines(entries, &numbers),
            months,
            list,
        );
        samples::shown(&page)
    };
    let month = |month: &str, minor| MonthTotal {
        month: month.to_owned(),
        total: brl(minor).into(),
        entries: 12,
    };
    let entries = vec![
        entry(1, of.0, LedgerKind::Release, -113_572),
        entry(2, of.0, LedgerKind::Payout, 113_572),
    ];
    let months = vec![month("2026-11", -113_572), month("2026-10", 0)];
    vec![
        ("ledger_account", page(entries, months)),
        ("ledger_account_empty", page(Vec::new(), Vec::new())),
    ]
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_period_is_of_the_days_that_are_shown() {
        let wanted = Wanted::sample(&[("from", "2026-03-01"), ("until", "2026-03-31")]);
        let zone = Zone::named("America/Sao_Paulo");
        let of = (Account::SellerPending, Currency::BRL);
        let meant = filter(of, &wanted, &zone);
        assert_eq!(meant.from, Some(datetime!(2026-03-01 03:00 UTC)));
        assert_eq!(meant.until, Some(datetime!(2026-04-01 03:00 UTC)));
        let nothing = Wanted::sample(&[("from", "soon"), ("store", "x"), ("kind", "x")]);
        let meant = filter(of, &nothing, &zone);
        assert_eq!((meant.from, meant.kind), (None, None));
        assert_eq!(meant.store, Some(StoreId(Uuid::nil())));
    }

    #[test]
    fn the_file_is_of_the_period_that_is_shown() {
        let list = ListView::new(
            "/x",
            Wanted::sample(&[("from", "2026-03-01"), ("kind", "release")]),
            None,
        );
        let of = (Account::Tax, Currency::BRL);
        let page = view(frame(Lang::En, &PAGE), of, Vec::new(), Vec::new(), list);
        let export = "/admin/books/accounts/tax/BRL/export?from=2026-03-01";
        assert_eq!(page.export, export);
        assert!(page.list.empty.is_some());
    }
}
