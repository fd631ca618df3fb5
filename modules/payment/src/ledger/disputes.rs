//! What a dispute, and what a provider takes for it, posts.

use feira_kernel::{Money, MoneyError};
use uuid::Uuid;

use super::{Entry, Posting, Share, clearing};
use crate::{
    Account, LedgerKind,
    postings::{self, Borne},
};

/// The provider keeps money back while it is disputed, and so do we of each side's earning; the commission
/// stays until the dispute is lost.
pub(crate) fn dispute_opened(
    payment: Uuid,
    dispute: Uuid,
    shares: &[Share],
) -> Result<Posting, MoneyError> {
    let mut entries = Vec::with_capacity(shares.len() * 4);
    for share in shares {
        let back = share.commission.checked_add(share.earning)?;
        entries.push(clearing(back.negated()));
        entries.push(provider_disputed(back));
        entries.push(share.entry(share.earned_at(), share.earning));
        entries.push(share.entry(Account::SellerDisputed, share.earning.negated()));
    }
    let kind = LedgerKind::DisputeOpened;
    Ok(of_dispute(kind, payment, dispute, entries))
}

/// All that was kept back is there again, the earning where it is by now.
pub(crate) fn dispute_won(
    payment: Uuid,
    dispute: Uuid,
    shares: &[Share],
) -> Result<Posting, MoneyError> {
    let mut entries = Vec::with_capacity(shares.len() * 4);
    for share in shares {
        let back = share.commission.checked_add(share.earning)?;
        entries.push(clearing(back));
        entries.push(provider_disputed(back.negated()));
        entries.push(share.entry(Account::SellerDisputed, share.earning));
        entries.push(share.entry(share.earned_at(), share.earning.negated()));
    }
    let kind = LedgerKind::DisputeWon;
    Ok(of_dispute(kind, payment, dispute, entries))
}

/// What was kept back is the payer's, and so is the commission on it.
pub(crate) fn dispute_lost(
    payment: Uuid,
    dispute: Uuid,
    shares: &[Share],
) -> Result<Posting, MoneyError> {
    let mut entries = Vec::with_capacity(shares.len() * 3);
    for share in shares {
        let back = share.commission.checked_add(share.earning)?;
        entries.push(provider_disputed(back.negated()));
        entries.push(share.entry(Account::SellerDisputed, share.earning));
        entries.push(share.entry(Account::PlatformCommission, share.commission));
    }
    let kind = LedgerKind::DisputeLost;
    Ok(of_dispute(kind, payment, dispute, entries))
}

/// A provider took a fee for a dispute, or gave some of it back: of what stores earned by the payment, or else
/// the marketplace bears it. The source is of its own, for a fee may change.
pub(crate) fn dispute_fee(payment: Uuid, source: Uuid, fee: Money, borne: &[Borne]) -> Posting {
    Posting {
        source,
        ..postings::fee(payment, fee, borne)
    }
}

fn provider_disputed(amount: Money) -> Entry {
    Entry {
        account: Account::ProviderDisputed,
        store: None,
        amount: amount.into(),
        split: None,
    }
}

fn of_dispute(kind: LedgerKind, payment: Uuid, source: Uuid, entries: Vec<Entry>) -> Posting {
    Posting {
        kind,
        source,
        payment: Some(payment),
        payout: None,
        entries,
    }
}
