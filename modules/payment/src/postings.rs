//! How the books write what providers took, what becomes of a store's debt, and what is kept in reserve.

use feira_kernel::{Money, MoneyError, StoreId, Total};
use uuid::Uuid;

use crate::{
    Account, LedgerKind,
    ledger::{Entry, Posting, clearing},
};

/// What of a provider's fee a part's store bears.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Borne {
    pub(crate) split: Uuid,
    pub(crate) store: StoreId,
    /// Whether the earning is payable already.
    pub(crate) released: bool,
    pub(crate) fee: Money,
}

/// The provider took something for a charge: of what stores earned by it, and of the marketplace what they do not
/// bear.
pub(crate) fn fee(payment: Uuid, fee: Money, borne: &[Borne]) -> Result<Posting, MoneyError> {
    let mut entries = vec![clearing(fee.negated())];
    let of_stores = Money::sum(fee.currency(), borne.iter().map(|one| one.fee))?;
    let rest = fee.checked_sub(of_stores)?;
    entries.extend(borne.iter().map(|one| Entry {
        account: match one.released {
            true => Account::SellerPayable,
            false => Account::SellerPending,
        },
        store: Some(one.store),
        amount: one.fee.into(),
        split: Some(one.split),
    }));
    entries.push(Entry {
        account: Account::ProviderFees,
        ..clearing(rest)
    });
    Ok(Posting {
        kind: LedgerKind::Fee,
        source: payment,
        payment: Some(payment),
        payout: None,
        entries,
    })
}

/// A provider paid a part to the store's own account there: what of it is pending is owed to the store no more, and
/// the rest, which something took before, it has too much. The store's name stands on what left. The part has no
/// entry of it: what a store sold and earned is not less by being paid.
pub(crate) fn split_paid(
    (payment, split, store): (Uuid, Uuid, StoreId),
    pending: Money,
    owed: Money,
) -> Result<Posting, MoneyError> {
    let whole = pending.checked_add(owed)?;
    let entry = |account, amount: Money| of_store(account, store, amount.into());
    Ok(Posting {
        kind: LedgerKind::SplitPaid,
        source: split,
        payment: Some(payment),
        payout: None,
        entries: vec![
            entry(Account::SellerPending, pending),
            entry(Account::SellerPayable, owed),
            entry(Account::ProviderClearing, whole.negated()),
        ],
    })
}

/// The provider took a store's side of a refund out of its account there: the store does not owe it.
pub(crate) fn out_of_account(store: StoreId, earning: Money) -> [Entry; 2] {
    [
        of_store(Account::ProviderClearing, store, earning.into()),
        of_store(Account::SellerPayable, store, earning.negated().into()),
    ]
}

/// What a store owed is owed no more: of its open items, and of what it owes beside them. Either it paid,
/// or it never will.
pub(crate) fn debt_ended(
    kind: LedgerKind,
    source: Uuid,
    store: StoreId,
    (of_payable, of_receivable): (Total, Total),
) -> Result<Posting, MoneyError> {
    let entry = |account, amount| of_store(account, store, amount);
    let whole = of_payable.checked_add(of_receivable)?;
    let other = match kind {
        LedgerKind::SettledByStore => clearing(whole),
        _ => entry(Account::WriteOffs, whole),
    };
    Ok(Posting {
        kind,
        source,
        payment: None,
        payout: None,
        entries: vec![
            entry(Account::SellerPayable, of_payable.negated()),
            entry(Account::SellerReceivable, of_receivable.negated()),
            other,
        ],
    })
}

/// What a store owes is billed to it: no payout nets it any more.
pub(crate) fn invoiced(invoice: Uuid, store: StoreId, amount: Total) -> Posting {
    Posting {
        kind: LedgerKind::Invoiced,
        source: invoice,
        payment: None,
        payout: None,
        entries: vec![
            of_store(Account::SellerPayable, store, amount.negated()),
            of_store(Account::SellerReceivable, store, amount),
        ],
    }
}

/// What a store owes is taken off what it is owed; less than nothing is owed to it from then on.
pub(crate) fn netted(source: Uuid, store: StoreId, amount: Total) -> Posting {
    Posting {
        kind: LedgerKind::Netting,
        source,
        payment: None,
        payout: None,
        entries: vec![
            of_store(Account::SellerReceivable, store, amount.negated()),
            of_store(Account::SellerPayable, store, amount),
        ],
    }
}

/// A part of what a store is owed is kept back.
pub(crate) fn reserve_held(reserve: Uuid, store: StoreId, amount: Money) -> Posting {
    reserve_moved(LedgerKind::ReserveHeld, reserve, store, amount.into())
}

/// And is payable again.
pub(crate) fn reserve_released(reserve: Uuid, store: StoreId, amount: Money) -> Posting {
    let back = amount.negated().into();
    reserve_moved(LedgerKind::ReserveReleased, reserve, store, back)
}

/// A part of a payout came back from the store's account at the provider: the store's name stands on it, for it
/// is not paid any more, and the store owes less.
pub(crate) fn payout_reversed(
    reversal: Uuid,
    (payout, store): (Uuid, StoreId),
    amount: Total,
) -> Posting {
    Posting {
        kind: LedgerKind::PayoutReversed,
        source: reversal,
        payment: None,
        payout: Some(payout),
        entries: vec![
            of_store(Account::ProviderClearing, store, amount),
            of_store(Account::SellerPayable, store, amount.negated()),
        ],
    }
}

fn reserve_moved(kind: LedgerKind, source: Uuid, store: StoreId, kept: Total) -> Posting {
    Posting {
        kind,
        source,
        payment: None,
        payout: None,
        entries: vec![
            of_store(Account::SellerPayable, store, kept),
            of_store(Account::SellerReserve, store, kept.negated()),
        ],
    }
}

fn of_store(account: Account, store: StoreId, amount: Total) -> Entry {
    Entry {
        account,
        store: Some(store),
        amount,
        split: None,
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::Currency;

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn told(posting: &Posting) -> Vec<(Account, i128)> {
        let entries = posting.entries.iter().filter(|e| !e.amount.is_zero());
        let told: Vec<_> = entries.map(|e| (e.account, e.amount.minor())).collect();
        assert_eq!(told.iter().map(|(_, amount)| amount).sum::<i128>(), 0);
        told
    }

    #[test]
    fn each_posting_sums_to_zero_and_says_whose_it_is() {
        use Account as A;
        let (id, store) = (Uuid::from_u128(1), StoreId(Uuid::from_u128(2)));
        let sides = (brl(300).into(), brl(200).into());
        let paid = debt_ended(LedgerKind::SettledByStore, id, store, sides).unwrap();
        let expected = [
            (A::SellerPayable, -300),
            (A::SellerReceivable, -200),
            (A::ProviderClearing, 500),
        ];
        assert_eq!(told(&paid), expected);
        let sides = (brl(300).into(), brl(0).into());
        let given_up = debt_ended(LedgerKind::WriteOff, id, store, sides).unwrap();
        assert_eq!(
            told(&given_up),
            [(A::SellerPayable, -300), (A::WriteOffs, 300)]
        );
        let billed = told(&invoiced(id, store, brl(300).into()));
        let expected = [(A::SellerPayable, -300), (A::SellerReceivable, 300)];
        assert_eq!(billed, expected);
        let netted_off = told(&netted(id, store, brl(40).into()));
        let expected = [(A::SellerReceivable, -40), (A::SellerPayable, 40)];
        assert_eq!(netted_off, expected);
        let held = told(&reserve_held(id, store, brl(70)));
        assert_eq!(held, [(A::SellerPayable, 70), (A::SellerReserve, -70)]);
        let released = told(&reserve_released(id, store, brl(70)));
        assert_eq!(released, [(A::SellerPayable, -70), (A::SellerReserve, 70)]);
        let back = told(&payout_reversed(id, (id, store), brl(70).into()));
        assert_eq!(back, [(A::ProviderClearing, 70), (A::SellerPayable, -70)]);
        let taken = told(&fee(id, brl(9), &[]).unwrap());
        assert_eq!(taken, [(A::ProviderClearing, -9), (A::ProviderFees, 9)]);
        let there = told(&split_paid((id, id, store), brl(60), brl(30)).unwrap());
        let expected = [
            (A::SellerPending, 60),
            (A::SellerPayable, 30),
            (A::ProviderClearing, -90),
        ];
        assert_eq!(there, expected);
        let borne = |released, minor| Borne {
            split: id,
            store,
            released,
            fee: brl(minor),
        };
        let some = fee(id, brl(9), &[borne(false, 2)]).unwrap();
        let expected = [
            (A::ProviderClearing, -9),
            (A::SellerPending, 2),
            (A::ProviderFees, 7),
        ];
        assert_eq!(told(&some), expected);
        let taken = told(&fee(id, brl(9), &[borne(false, 5), borne(true, 4)]).unwrap());
        let expected = [
            (A::ProviderClearing, -9),
            (A::SellerPending, 5),
            (A::SellerPayable, 4),
        ];
        assert_eq!(taken, expected);
    }
}
