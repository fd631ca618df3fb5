//! Double entry: what happens to money is one transaction whose entries sum to zero. Entries are
//! only ever added; balances are their sums.

mod disputes;
mod refunds;

use feira_kernel::{Env, Money, MoneyError, StoreId, Total, db, values};
use rust_decimal::Decimal;
use sea_orm::Value;
use uuid::Uuid;

use crate::{Account, LedgerKind};
pub(crate) use disputes::{Disputed, dispute_fee, dispute_written_off, disputed};
pub(crate) use refunds::{Held, refund, refund_freed, refund_held};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) account: Account,
    pub(crate) store: Option<StoreId>,
    /// Signed; a payout's is a sum.
    pub(crate) amount: Total,
    pub(crate) split: Option<Uuid>,
}

/// One ledger transaction. The kind and its source are posted once, ever.
#[derive(Debug, Clone)]
pub(crate) struct Posting {
    pub(crate) kind: LedgerKind,
    pub(crate) source: Uuid,
    pub(crate) payment: Option<Uuid>,
    pub(crate) payout: Option<Uuid>,
    pub(crate) entries: Vec<Entry>,
}

/// A store's part of something, as it moves through the books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) split: Uuid,
    pub(crate) store: StoreId,
    pub(crate) commission: Money,
    pub(crate) earning: Money,
    /// Whether the earning is payable already.
    pub(crate) released: bool,
    /// Whether the store is paid itself, and never by a payout: what the marketplace's side of it is, it owes.
    pub(crate) to_store: bool,
}

impl Share {
    /// Where its earning is.
    fn earned_at(&self) -> Account {
        match self.released {
            _ if self.to_store => Account::SellerReceivable,
            true => Account::SellerPayable,
            false => Account::SellerPending,
        }
    }

    fn entry(&self, account: Account, amount: Money) -> Entry {
        Entry {
            account,
            store: Some(self.store),
            amount: amount.into(),
            split: Some(self.split),
        }
    }
}

pub(crate) fn clearing(amount: impl Into<Total>) -> Entry {
    Entry {
        account: Account::ProviderClearing,
        store: None,
        amount: amount.into(),
        split: None,
    }
}

/// The provider has the money; stores have earned theirs, the marketplace its commission.
pub(crate) fn capture(payment: Uuid, amount: Money, shares: &[Share]) -> Posting {
    let sides = shares.iter().flat_map(|share| {
        [
            share.entry(Account::SellerPending, share.earning.negated()),
            share.entry(Account::PlatformCommission, share.commission.negated()),
        ]
    });
    Posting {
        kind: LedgerKind::Capture,
        source: payment,
        payment: Some(payment),
        payout: None,
        entries: std::iter::once(clearing(amount)).chain(sides).collect(),
    }
}

/// The store has what its buyer paid it: the commission of that it owes.
pub(crate) fn leg_paid(payment: Uuid, share: &Share) -> Posting {
    Posting {
        kind: LedgerKind::Capture,
        // A payment's legs are paid one by one.
        source: share.split,
        payment: Some(payment),
        payout: None,
        entries: vec![
            share.entry(Account::SellerReceivable, share.commission),
            share.entry(Account::PlatformCommission, share.commission.negated()),
        ],
    }
}

/// The return window is over: what is left of the earning can be paid out.
pub(crate) fn release(payment: Uuid, share: &Share) -> Posting {
    Posting {
        kind: LedgerKind::Release,
        source: share.split,
        payment: Some(payment),
        payout: None,
        entries: match share.to_store {
            // It has it already.
            true => Vec::new(),
            false => vec![
                share.entry(Account::SellerPending, share.earning),
                share.entry(Account::SellerPayable, share.earning.negated()),
            ],
        },
    }
}

/// What is left of a part that went back whole, or is owed for it: nobody will release it. Negative where it is
/// pending again.
pub(crate) fn rest_released(payment: Uuid, source: Uuid, rest: &Share) -> Posting {
    Posting {
        kind: LedgerKind::RestReleased,
        source,
        ..release(payment, rest)
    }
}

/// What a refund takes of one store's part: of the commission, of the earning, and what the marketplace gives
/// beside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Back {
    pub(crate) share: Share,
    pub(crate) promotion: Money,
    /// Of the earning, what was held for it.
    pub(crate) held: Money,
}

/// The money of a refund came back: each entry once more, the other way. What was pending, or held, may be payable
/// now.
pub(crate) fn refund_returned(payment: Uuid, refund: Uuid, taken: &[(Entry, bool)]) -> Posting {
    let given = |(entry, released): &(Entry, bool)| Entry {
        account: match entry.account {
            Account::SellerPending | Account::SellerRefunding if *released => {
                Account::SellerPayable
            }
            Account::SellerRefunding => Account::SellerPending,
            account => account,
        },
        amount: entry.amount.negated(),
        ..entry.clone()
    };
    Posting {
        kind: LedgerKind::RefundReturned,
        source: refund,
        payment: Some(payment),
        payout: None,
        entries: taken.iter().map(given).collect(),
    }
}

/// A provider took something for a refund: the stores bear the shares, the marketplace the rest.
pub(crate) fn refund_fee(
    payment: Uuid,
    refund: Uuid,
    fee: Money,
    stores: &[(Share, Money)],
) -> Result<Posting, MoneyError> {
    let mut entries = vec![clearing(fee.negated())];
    let mut rest = fee;
    for (share, amount) in stores {
        entries.push(share.entry(share.earned_at(), *amount));
        rest = rest.checked_sub(*amount)?;
    }
    entries.push(Entry {
        account: Account::ProviderFees,
        store: None,
        amount: rest.into(),
        split: None,
    });
    Ok(Posting {
        kind: LedgerKind::Fee,
        source: refund,
        payment: Some(payment),
        payout: None,
        entries,
    })
}

/// A payout claims what a store is owed.
pub(crate) fn payout(payout: Uuid, store: StoreId, amount: Total) -> Posting {
    let entry = |account, amount| Entry {
        account,
        store: Some(store),
        amount,
        split: None,
    };
    Posting {
        kind: LedgerKind::Payout,
        source: payout,
        payment: None,
        payout: Some(payout),
        entries: vec![
            entry(Account::SellerPayable, amount),
            entry(Account::PayoutInTransit, amount.negated()),
        ],
    }
}

/// It left our money at the provider.
pub(crate) fn payout_paid(payout: Uuid, store: StoreId, amount: Total) -> Posting {
    let in_transit = Entry {
        account: Account::PayoutInTransit,
        store: Some(store),
        amount,
        split: None,
    };
    Posting {
        kind: LedgerKind::PayoutPaid,
        source: payout,
        payment: None,
        payout: Some(payout),
        entries: vec![in_transit, clearing(amount.negated())],
    }
}

/// What a payout claimed is open again. It was on its way, or the bank sent it back after it was paid: then
/// the store's name stands on what came back, for it is not paid any more.
pub(crate) fn payout_returned(
    payout: Uuid,
    store: StoreId,
    amount: Total,
    was_paid: bool,
) -> Posting {
    let entry = |account, amount| Entry {
        account,
        store: Some(store),
        amount,
        split: None,
    };
    let from = if was_paid {
        Account::ProviderClearing
    } else {
        Account::PayoutInTransit
    };
    Posting {
        kind: LedgerKind::PayoutReturned,
        source: payout,
        payment: None,
        payout: Some(payout),
        entries: vec![
            entry(from, amount),
            entry(Account::SellerPayable, amount.negated()),
        ],
    }
}

/// Writes it in the transaction of the change that it tells of, and gives the entries' ids.
/// Entries of zero say nothing and are left out. A second posting of one source is a defect,
/// which the unique key makes loud.
pub(crate) async fn post(
    tx: &db::Tx,
    env: &Env,
    posting: &Posting,
) -> Result<Vec<(Uuid, Entry)>, db::Error> {
    let written = written(env, posting);
    if written.is_empty() {
        return Ok(written);
    }
    let mut values = values![
        env.uuid(),
        posting.kind.as_str(),
        posting.source,
        env.now(),
        posting.payment,
        posting.payout,
    ];
    values.extend(columns(&written));
    db::exec(&**tx, include_str!("sql/post_ledger.sql"), values).await?;
    Ok(written)
}

/// The entries that are written, with their ids.
pub(crate) fn written(env: &Env, posting: &Posting) -> Vec<(Uuid, Entry)> {
    let told = posting.entries.iter();
    told.filter(|entry| !entry.amount.is_zero())
        .map(|entry| (env.uuid(), entry.clone()))
        .collect()
}

/// As arrays: id, account, store, amount, currency, split.
pub(crate) fn columns(written: &[(Uuid, Entry)]) -> Vec<Value> {
    let text =
        |of: fn(&Entry) -> String| -> Vec<String> { written.iter().map(|(_, e)| of(e)).collect() };
    let stores: Vec<Option<Uuid>> = written.iter().map(|(_, e)| e.store.map(|s| s.0)).collect();
    let splits: Vec<Option<Uuid>> = written.iter().map(|(_, e)| e.split).collect();
    values![
        written.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        text(|e| e.account.as_str().to_owned()),
        texts(&stores),
        written
            .iter()
            .map(|(_, e)| e.amount.amount())
            .collect::<Vec<Decimal>>(),
        text(|e| e.amount.currency().code().to_owned()),
        texts(&splits),
    ]
}

/// Arrays of the driver have no gaps: an absent id is the empty text.
fn texts(ids: &[Option<Uuid>]) -> Vec<String> {
    ids.iter()
        .map(|id| id.map(|id| id.to_string()).unwrap_or_default())
        .collect()
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
