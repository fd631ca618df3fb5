//! Each of a store's orders with what is earned by it, where that stands, and why it is not paid yet.

use std::collections::BTreeMap;

use feira_kernel::{Actor, Money, Page, PageRequest, Ref, Time};
use feira_order::{SellerOrderSummary, Settlement, StoreOrderFilter};
use feira_payment::{Earning, EarningState, NextPayout, PaymentError, SEE_BALANCE, WhyNotPaid};
use uuid::Uuid;

use crate::{error::Problem, state::AppState};

/// Pages of orders that are looked through for one page of sales: where few are in a state, it has few, or
/// none, and the next one goes on from there.
const LOOKS: usize = 10;

#[derive(Debug, Clone, Default)]
pub struct SaleFilter {
    pub state: Option<EarningState>,
    /// The first and the last day on which they were placed.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// One of a store's orders, with what came of it.
#[derive(Debug, Clone)]
pub struct Sale {
    pub order: SellerOrderSummary,
    pub refunded: Money,
    pub commission: Money,
    pub fees: Money,
    pub earning: Money,
    pub state: EarningState,
    pub why: Why,
    /// Until when it waits, or since when it is so.
    pub at: Option<Time>,
    /// Of what is payable: when it is paid.
    pub coming: Option<Coming>,
}

/// When an earning that is payable is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// When payouts are made next.
    pub at: Time,
    /// Why it is not paid then.
    pub why_not: Option<WhyNotPaid>,
    /// For how many days it is held, if it is.
    pub hold_days: u32,
    /// Whether it is for so long because the store is new.
    pub held_as_new: bool,
}

feira_kernel::text_enum! {
    /// Why an earning stands where it does.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Why {
        Unpaid = "unpaid",
        /// Before it was paid.
        Cancelled = "cancelled",
        /// Its money is on the way back to the buyer.
        Refunding = "refunding",
        Refunded = "refunded",
        /// It has not arrived.
        Undelivered = "undelivered",
        ReturnWindow = "return_window",
        /// The return window is over, and there is no fiscal document.
        NoDocument = "no_document",
        /// It is about to be released.
        Releasing = "releasing",
        Payable = "payable",
        InPayout = "in_payout",
        PaidOut = "paid_out",
        /// The buyer paid the store itself.
        PaidToStore = "paid_to_store",
        /// The provider paid it to the store's account there.
        PaidAtProvider = "paid_at_provider",
        /// She will, when it is handed over.
        OnDelivery = "on_delivery",
    }
}

/// The orders of the acting member's store by what became of their earnings, newest first.
pub async fn earnings(
    state: &AppState,
    actor: &Actor,
    wanted: &SaleFilter,
    page: PageRequest,
) -> Result<Page<Sale>, Problem> {
    if actor.seller_store(SEE_BALANCE).is_none() {
        return Err(PaymentError::Forbidden.into());
    }
    let filter = StoreOrderFilter {
        from: wanted.from.clone(),
        to: wanted.to.clone(),
        ..StoreOrderFilter::default()
    };
    let limit = page.limit();
    let mut page = page;
    for _ in 1..LOOKS {
        let found = looked(state, actor, (&filter, wanted.state), page).await?;
        let Some(next) = found.next_cursor.clone().filter(|_| found.items.is_empty()) else {
            return Ok(found);
        };
        page = PageRequest::new(Some(limit), Some(next))?;
    }
    looked(state, actor, (&filter, wanted.state), page).await
}

async fn looked(
    state: &AppState,
    actor: &Actor,
    (filter, wanted): (&StoreOrderFilter, Option<EarningState>),
    page: PageRequest,
) -> Result<Page<Sale>, Problem> {
    let found = state.orders.store_orders(actor, filter.clone(), page);
    let found = found.await?;
    let parts = found.items.iter().map(|order| Ref::new(order.id.0));
    let told = state.payments.earnings(actor, parts.collect()).await?;
    let told = told.into_iter().map(|earning| (earning.part.0, earning));
    let mut told: BTreeMap<Uuid, Earning> = told.collect();
    let sales = found.items.into_iter().map(|order| {
        let earning = told.remove(&order.id.0);
        Sale::of(order, earning)
    });
    let fits = |sale: &Sale| wanted.is_none_or(|state| sale.state == state);
    let mut items: Vec<Sale> = sales.filter(fits).collect();
    if items.iter().any(|sale| sale.why == Why::Payable) {
        let next = state.payments.next_payouts(actor, None).await?;
        items.iter_mut().for_each(|sale| sale.comes(&next));
    }
    Ok(Page {
        items,
        next_cursor: found.next_cursor,
    })
}

impl Sale {
    /// What is paid payment tells; what it does not know of is as it was agreed.
    pub fn of(order: SellerOrderSummary, told: Option<Earning>) -> Self {
        let zero = Money::zero(order.total.currency());
        if !order.earns() {
            let (refunded, state, why) = match order.settlement {
                Settlement::Unpaid | Settlement::OnDelivery => {
                    (zero, EarningState::Unpaid, Why::Cancelled)
                }
                Settlement::Refunded => (order.total, EarningState::Refunded, Why::Refunded),
                Settlement::Paid | Settlement::PartiallyRefunded => {
                    (order.total, EarningState::Refunded, Why::Refunding)
                }
            };
            return Self {
                refunded,
                commission: zero,
                fees: zero,
                earning: zero,
                state,
                why,
                at: None,
                coming: None,
                order,
            };
        }
        let told = told.unwrap_or(Earning {
            part: Ref::new(order.id.0),
            state: EarningState::Unpaid,
            refunded: zero,
            commission: order.commission,
            earning: order.earning,
            fees: zero,
            instalments: None,
            lost: zero,
            released_at: None,
            paid_at: None,
        });
        let (why, at) = Why::of(&order, &told);
        Self {
            refunded: told.refunded,
            commission: told.commission,
            fees: told.fees,
            earning: told.earning,
            state: told.state,
            why,
            at,
            coming: None,
            order,
        }
    }

    /// With when it is paid, of what payment says of the next payouts.
    pub fn comes(&mut self, next: &[NextPayout]) {
        let mut next = next.iter();
        let next = next.find(|next| next.currency == self.earning.currency());
        let payable = self.at.filter(|_| self.why == Why::Payable);
        self.coming = next.zip(payable).map(|(next, since)| Coming {
            at: next.at,
            why_not: next.why_not_since(since),
            hold_days: next.hold_days,
            held_as_new: next.held_as_new,
        });
    }
}

impl Why {
    fn of(order: &SellerOrderSummary, told: &Earning) -> (Self, Option<Time>) {
        let over = order.completed_at.is_some();
        match (told.state, order.return_window_ends_at) {
            (EarningState::Unpaid, _) if order.settlement == Settlement::OnDelivery => {
                (Self::OnDelivery, None)
            }
            (EarningState::Unpaid, _) => (Self::Unpaid, None),
            (EarningState::Pending, _) if over && order.lacks_document => (Self::NoDocument, None),
            (EarningState::Pending, _) if over => (Self::Releasing, None),
            (EarningState::Pending, None) => (Self::Undelivered, None),
            (EarningState::Pending, ends) => (Self::ReturnWindow, ends),
            (EarningState::Payable, _) => (Self::Payable, told.released_at),
            (EarningState::InPayout, _) => (Self::InPayout, None),
            (EarningState::PaidOut, _) => (Self::PaidOut, told.paid_at),
            (EarningState::PaidToStore, _) => (Self::PaidToStore, None),
            (EarningState::PaidAtProvider, _) => (Self::PaidAtProvider, told.released_at),
            (EarningState::Refunded, _) => (Self::Refunded, None),
        }
    }
}
