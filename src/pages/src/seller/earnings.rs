//! A store's earnings by order with their states, and exports of its books.

use actix_web::web::{Query, get};
use askama::Template;
use feira_kernel::Money;
use feira_payment::{EarningState, Period, SEE_BALANCE, StatementRequest};
use feira_web::reports::{self, Sale, SaleFilter};

use super::{caller::SellerPage, earned};
use crate::page::{Action, Answer, Choice, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

const STATEMENT: &str = "/seller/earnings/statement";
const OPERATIONS: &str = "/seller/earnings/operations";
const CSV: &str = "text/csv; charset=utf-8";

pub(super) const PAGE: Registered = Registered {
    path: "/seller/earnings",
    place: Place::Section("earnings", &[SEE_BALANCE]),
    show: || get().to(show),
    actions: &[
        Action::at(STATEMENT, || get().to(statement)),
        Action::at(OPERATIONS, || get().to(operations)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/earnings.html")]
struct EarningsPage {
    p: Page,
    rows: Vec<Row>,
    list: ListView,
}

struct Row {
    sale: Sale,
    goods: Money,
    /// A text key.
    why: &'static str,
    /// When it is paid, of what is payable.
    coming: Option<String>,
}

impl Row {
    fn of(p: &Page, sale: Sale) -> Self {
        let (totals, zero) = (&sale.order.totals, Money::zero(sale.order.total.currency()));
        let goods = totals.subtotal.checked_sub(totals.discount);
        Self {
            goods: goods.unwrap_or(zero),
            why: earned::why(&sale),
            coming: sale.coming.as_ref().map(|coming| earned::coming(p, coming)),
            sale,
        }
    }
}

/// GET /seller/earnings?state=&from=&to=&cursor=
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let filter = SaleFilter {
        state: EarningState::parse(wanted.get("state")),
        from: wanted.optional("from"),
        to: wanted.optional("to"),
    };
    let found = reports::earnings(&seller.state, &seller.actor, &filter, wanted.part()).await?;
    let p = seller.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&seller.request, &view(p, found.items, list))
}

fn view(p: Page, sales: Vec<Sale>, list: ListView) -> EarningsPage {
    let any = Choice::new("", p.t("earnings-any"));
    let states = EarningState::ALL.into_iter();
    let states =
        states.map(|state| Choice::new(state.as_str(), p.word("earning-state", state.as_str())));
    let list = list
        .select(
            "state",
            p.t("earnings-state"),
            [any].into_iter().chain(states).collect(),
        )
        .day("from", p.t("earnings-from"))
        .day("to", p.t("earnings-to"))
        .none(&sales, p.t("earnings-none"));
    EarningsPage {
        rows: sales.into_iter().map(|sale| Row::of(&p, sale)).collect(),
        p: p.called("nav-earnings"),
        list,
    }
}

/// GET /seller/earnings/statement?month=&format=
async fn statement(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let asked = StatementRequest {
        month: wanted.optional("month"),
        currency: None,
    };
    let made = reports::statement(&seller.state, &seller.actor, None, asked).await?;
    if wanted.get("format") == "csv" {
        return Ok(reports::download(&made.file_name("csv"), CSV, made.csv()));
    }
    let p = seller.frame(&PAGE).await;
    let pdf = super::statement::pdf(&p, &made);
    Ok(reports::download(
        &made.file_name("pdf"),
        "application/pdf",
        pdf,
    ))
}

/// GET /seller/earnings/operations?from=&to=
async fn operations(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let period = Period {
        from: wanted.optional("from"),
        to: wanted.optional("to"),
    };
    let made = reports::operations(&seller.state, &seller.actor, None, period).await?;
    Ok(reports::download(&made.name, CSV, made.csv))
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |sales: Vec<Sale>| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), sales, list))
    };
    let sales = samples::seller_orders().into_iter();
    let sales = sales.map(|order| Sale::of(order, None)).collect();
    vec![
        ("earnings", page(sales)),
        ("earnings_none", page(Vec::new())),
    ]
}

#[cfg(test)]
mod tests {
    use feira_kernel::Ref;
    use feira_payment::{Earning, NextPayout, WhyNotPaid};

    use super::*;

    /// The delivered one of the samples, as payment tells of it.
    fn told(state: EarningState, lacks_document: bool) -> Row {
        let mut order = samples::seller_orders().swap_remove(4);
        order.lacks_document = lacks_document;
        if lacks_document {
            order.completed_at = Some(samples::ago(10));
        }
        let earning = Earning {
            part: Ref::new(order.id.0),
            state,
            refunded: samples::brl(0),
            commission: order.commission,
            earning: order.earning,
            fees: samples::brl(7),
            instalments: None,
            lost: samples::brl(0),
            released_at: Some(samples::ago(20)),
            paid_at: Some(samples::ago(5)),
        };
        Row::of(&frame(Lang::En, &PAGE), Sale::of(order, Some(earning)))
    }

    #[test]
    fn each_order_says_why_it_is_not_paid_yet() {
        use EarningState as E;
        for (state, lacks, why, at) in [
            (
                E::Pending,
                false,
                "earning-window",
                Some(samples::ago(-5_000)),
            ),
            (E::Pending, true, "earning-no-document", None),
            (E::Payable, false, "earning-payable", Some(samples::ago(20))),
            (E::InPayout, false, "earning-in-payout", None),
            (E::PaidOut, false, "earning-paid-out", Some(samples::ago(5))),
        ] {
            let row = told(state, lacks);
            assert_eq!((row.why, row.sale.at), (why, at), "{state:?}");
            assert_eq!(row.sale.fees.minor(), 7);
            assert_eq!(row.coming, None);
        }
    }

    /// Payable since twenty minutes ago, and payouts are made in three days.
    fn coming(hold_days: u32, held_as_new: bool, why_not: Option<WhyNotPaid>) -> String {
        let mut sale = told(EarningState::Payable, false).sale;
        let next = NextPayout {
            currency: sale.earning.currency(),
            at: samples::ago(-3 * 24 * 60),
            amount: sale.earning.into(),
            why_not,
            hold_days,
            held_as_new,
        };
        sale.comes(&[next]);
        let row = Row::of(&frame(Lang::En, &PAGE), sale);
        row.coming.expect("it is payable")
    }

    #[test]
    fn what_is_payable_says_when_it_is_paid_or_why_not_yet() {
        let paid = coming(0, false, None);
        assert!(paid.starts_with("Paid with the payouts of "), "{paid}");
        // Payable since twenty minutes ago, it is held beyond the payouts in three days.
        let until = frame(Lang::En, &PAGE).exact(&samples::ago(20 - 4 * 24 * 60));
        let held = format!("Held for 4 days, until {until}");
        assert_eq!(coming(4, false, None), held);
        let minimum = WhyNotPaid::BelowMinimum {
            minimum: samples::brl(50),
        };
        let new = coming(14, true, Some(minimum.clone()));
        assert!(
            new.starts_with("Held for 14 days, until ") && new.ends_with("your store is new"),
            "{new}"
        );
        let small = coming(1, false, Some(minimum));
        assert!(small.starts_with("Below "), "{small}");
        let missing = coming(14, true, Some(WhyNotPaid::NoAccount {}));
        assert!(missing.starts_with("Not before you say where"), "{missing}");
    }
}
