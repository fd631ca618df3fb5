//! What a dispute, and what a provider takes for it, posts.

use feira_kernel::{Money, MoneyError};
use uuid::Uuid;

use super::{Entry, Posting, Share, clearing};
use crate::{
    Account, LedgerKind,
    postings::{self, Borne},
};

/// What happens to what is disputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disputed {
    /// The provider keeps it back, and so do we of each side's earning; the commission stays until it is lost.
    Opened,
    /// What was kept back is there again, the earning where it is by now.
    Won,
    /// It is the payer's, and so is the commission on it.
    Lost,
    /// What was lost is there again after all.
    Regained,
}

/// Which accounts change by what, and by which sign as it is opened, won, lost and regained: the provider's by
/// the whole, the store's by its earning, the marketplace's by its commission.
const ACCOUNTS: [(Changed, [i8; 4]); 5] = [
    (Changed::AtHand, [-1, 1, 0, 1]),
    (Changed::KeptBack, [1, -1, -1, 0]),
    (Changed::Earned, [1, -1, 0, -1]),
    (Changed::EarningKept, [-1, 1, 1, 0]),
    (Changed::Commission, [0, 0, 1, -1]),
];

#[derive(Clone, Copy)]
enum Changed {
    AtHand,
    KeptBack,
    Earned,
    EarningKept,
    Commission,
}

impl Disputed {
    fn kind(self) -> LedgerKind {
        match self {
            Self::Opened => LedgerKind::DisputeOpened,
            Self::Won | Self::Regained => LedgerKind::DisputeWon,
            Self::Lost => LedgerKind::DisputeLost,
        }
    }

    fn column(self) -> usize {
        match self {
            Self::Opened => 0,
            Self::Won => 1,
            Self::Lost => 2,
            Self::Regained => 3,
        }
    }
}

impl Changed {
    fn entry(self, share: &Share, sign: i8) -> Result<Entry, MoneyError> {
        let signed = |amount: Money| match sign {
            0 => Money::zero(amount.currency()),
            1.. => amount,
            _ => amount.negated(),
        };
        let whole = signed(share.commission.checked_add(share.earning)?);
        let earning = signed(share.earning);
        Ok(match self {
            Self::AtHand => clearing(whole),
            Self::KeptBack => Entry {
                account: Account::ProviderDisputed,
                ..clearing(whole)
            },
            Self::Earned => share.entry(share.earned_at(), earning),
            Self::EarningKept => share.entry(Account::SellerDisputed, earning),
            Self::Commission => share.entry(Account::PlatformCommission, signed(share.commission)),
        })
    }
}

pub(crate) fn disputed(
    what: Disputed,
    payment: Uuid,
    source: Uuid,
    shares: &[Share],
) -> Result<Posting, MoneyError> {
    let mut entries = Vec::with_capacity(shares.len() * ACCOUNTS.len());
    for share in shares {
        for (changed, signs) in ACCOUNTS {
            entries.push(changed.entry(share, signs[what.column()])?);
        }
    }
    Ok(of_dispute(what.kind(), payment, source, entries))
}

/// The provider took for a lost dispute what had gone back already, or gave some of that back: no store bears it.
pub(crate) fn dispute_written_off(
    what: Disputed,
    payment: Uuid,
    source: Uuid,
    amount: Money,
) -> Posting {
    let entries = vec![
        clearing(amount.negated()),
        Entry {
            account: Account::WriteOffs,
            ..clearing(amount)
        },
    ];
    of_dispute(what.kind(), payment, source, entries)
}

/// A provider took a fee for a dispute, or gave some of it back: of what stores earned by the payment, or else
/// the marketplace bears it. The source is of its own, for a fee may change.
pub(crate) fn dispute_fee(
    payment: Uuid,
    source: Uuid,
    fee: Money,
    borne: &[Borne],
) -> Result<Posting, MoneyError> {
    Ok(Posting {
        source,
        ..postings::fee(payment, fee, borne)?
    })
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
