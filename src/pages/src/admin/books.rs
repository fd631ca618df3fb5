use actix_web::web::get;
use askama::Template;
use feira_payment::{AccountNature, Books, SEE_PAYMENTS};

use super::caller::AdminPage;
use crate::page::{Answer, Page, Place, Registered, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl},
    },
    feira_payment::{Account, AccountTotal},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books",
    place: Place::Section("books", &[SEE_PAYMENTS]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/books.html")]
struct BooksPage {
    p: Page,
    books: Books,
}

/// GET /admin/books: whether the books balance, recomputed now.
async fn show(admin: AdminPage) -> Answer {
    let books = admin.state.payments.books(&admin.actor).await?;
    let p = admin.frame(&PAGE).await;
    respond_ok(&admin.request, &view(p, books))
}

/// Liabilities and income are negative in the books; they are shown as positive amounts.
fn view(p: Page, mut books: Books) -> BooksPage {
    for line in &mut books.accounts {
        if matches!(
            line.account.nature(),
            AccountNature::Owed | AccountNature::Earned
        ) {
            line.total = line.total.negated();
        }
    }
    let p = p.called("nav-books");
    BooksPage { p, books }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let total = |account, minor| AccountTotal {
        account,
        total: brl(minor).into(),
    };
    let page = |violations: Vec<String>| {
        let books = Books {
            balanced: violations.is_empty(),
            accounts: vec![
                total(Account::ProviderClearing, 125_970),
                total(Account::SellerPending, -113_572),
                total(Account::PlatformCommission, -12_398),
            ],
            violations,
            transactions: 12_345,
        };
        samples::shown(&view(frame(lang, &PAGE), books))
    };
    let broken = vec!["transaction 1 sums to R$0.01".to_owned()];
    vec![("books", page(Vec::new())), ("books_broken", page(broken))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commission_is_income_and_no_debt() {
        let (_, html) = samples(Lang::En).remove(0);
        for shown in ["R$123.98", "R$1,135.72", "R$1,259.70"] {
            assert!(
                html.contains(shown) && !html.contains(&format!("-{shown}")),
                "{html}"
            );
        }
        let mut rows = html.split("</tr>").filter(|row| row.contains("<td"));
        let commission = rows
            .find(|row| row.contains("Commission"))
            .expect("its row");
        assert!(commission.contains("Earned"), "{commission}");
    }
}
