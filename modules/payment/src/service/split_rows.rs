//! A payment's splits, and what is left of them.

use feira_kernel::{Money, Ref, StoreId, Time, db, values};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::rows::{internal, money};
use crate::{
    LegStatus, PaymentError, PaymentId, Split,
    entities::payment_split::SplitThere,
    ledger::Share,
    reversal::{self, Taken},
};

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct SplitRow {
    pub(super) id: Uuid,
    store_id: StoreId,
    pub(super) part: Uuid,
    amount: Decimal,
    commission: Decimal,
    earning: Decimal,
    refunded: Decimal,
    refunding: Decimal,
    commission_reversed: Decimal,
    commission_kept: Decimal,
    promoted: Decimal,
    fee: Decimal,
    settled: Decimal,
    disputed: Decimal,
    disputed_commission: Decimal,
    pub(super) released_at: Option<Time>,
    /// The store's account at the provider, to which it is split, and whether it was.
    pub(super) account: Option<String>,
    pub(super) there: Option<SplitThere>,
    /// Whether what goes back of it is taken out of that account.
    account_refunds: bool,
    /// What the answer to the making of the charge said.
    pub(super) told_there: Option<bool>,
    /// When it was to be released, while nobody knew whether it was split.
    pub(super) release_asked_at: Option<Time>,
    currency: String,
    /// Of its earning, what refunds that run hold.
    held: Decimal,
    /// Of what its store is paid itself.
    pub(super) leg: Option<LegStatus>,
}

impl SplitRow {
    pub(super) fn split(&self) -> Result<Split, PaymentError> {
        Ok(Split {
            store: self.store_id,
            part: Ref::new(self.part),
            amount: money(self.amount, &self.currency)?,
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
        })
    }

    /// Paid, and neither given back, nor on its way back, nor kept back in a dispute.
    pub(super) fn left(&self) -> Result<Money, PaymentError> {
        let gone = match self.leg {
            Some(LegStatus::Open | LegStatus::Unpaid) => self.amount,
            Some(LegStatus::Paid) | None => self.refunded + self.refunding + self.disputed,
        };
        money(self.amount - gone, &self.currency)
    }

    /// Kept back in disputes that are open.
    pub(super) fn disputed(&self) -> Result<Money, PaymentError> {
        money(self.disputed, &self.currency)
    }

    /// As the next refund, or dispute, finds it: what is disputed counts as taken.
    pub(super) fn taken(&self) -> Result<Taken, PaymentError> {
        let money = |amount| money(amount, &self.currency);
        Ok(Taken {
            amount: money(self.amount)?,
            commission: money(self.commission)?,
            refunded: money(self.refunded + self.disputed)?,
            commission_reversed: money(self.commission_reversed + self.disputed_commission)?,
            commission_kept: money(self.commission_kept)?,
        })
    }

    /// The same when all refunds that run are done: whoever bears them, the ratio goes on as if both sides
    /// did.
    pub(super) fn taken_with_running(&self) -> Result<Taken, PaymentError> {
        let taken = self.taken()?;
        let running = money(self.refunding, &self.currency)?;
        let back = reversal::reverse(&taken, running).map_err(internal)?;
        let refunded = taken.refunded.checked_add(running);
        let reversed = taken.commission_reversed.checked_add(back.commission);
        Ok(Taken {
            refunded: refunded.map_err(internal)?,
            commission_reversed: reversed.map_err(internal)?,
            ..taken
        })
    }

    /// Set aside for refunds that run.
    pub(super) fn refunding(&self) -> Result<Money, PaymentError> {
        money(self.refunding, &self.currency)
    }

    /// Of the earning, what refunds, lost disputes and providers' fees have not taken, and no open dispute keeps
    /// back; negative where the store bore more than it had.
    pub(super) fn earning_left(&self) -> Result<Money, PaymentError> {
        let taken = self.refunded - self.commission_reversed - self.promoted + self.fee;
        let disputed = self.disputed - self.disputed_commission;
        money(self.earning - taken - disputed, &self.currency)
    }

    /// The same without what refunds that run hold: it comes when they fail.
    pub(super) fn earning_free(&self) -> Result<Money, PaymentError> {
        let held = money(self.held, &self.currency)?;
        self.earning_left()?.checked_sub(held).map_err(internal)
    }

    /// As it was before so much was set aside.
    pub(super) fn before(&self, set_aside: Money) -> Self {
        Self {
            refunding: self.refunding - set_aside.amount(),
            ..self.clone()
        }
    }

    /// Whether its store was paid itself.
    pub(super) fn is_paid_leg(&self) -> bool {
        self.leg == Some(LegStatus::Paid)
    }

    /// Whether the provider paid it to the store's own account there.
    pub(super) fn is_paid_there(&self) -> bool {
        self.there == Some(SplitThere::Paid)
    }

    /// Whether it was to be, and nobody knows yet whether it was.
    pub(super) fn is_asked_there(&self) -> bool {
        self.there == Some(SplitThere::Asked)
    }

    /// Of a part that was, or may have been, paid there: whether the provider takes what goes back out of the account.
    pub(super) fn is_refunded_there(&self) -> bool {
        self.account_refunds && (self.is_paid_there() || self.is_asked_there())
    }

    /// What is payable of it, or owed, though nobody has released it.
    pub(super) fn settled(&self) -> Result<Money, PaymentError> {
        money(self.settled, &self.currency)
    }

    /// Whether nothing of it can go back any more: refunds, or disputes that were lost, took it.
    pub(super) fn is_given_back(&self) -> bool {
        self.amount > Decimal::ZERO && self.refunded >= self.amount
    }

    pub(super) fn share(&self) -> Result<Share, PaymentError> {
        Ok(Share {
            split: self.id,
            store: self.store_id,
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
            released: self.released_at.is_some(),
            to_store: self.leg.is_some(),
        })
    }
}

/// A payment's splits, in the order in which they were given.
pub(super) async fn splits(
    db: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<SplitRow>, PaymentError> {
    let sql = include_str!("../sql/splits_of_payment.sql");
    Ok(db::rows(db, sql, values![payment]).await?)
}
