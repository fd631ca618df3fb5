//! When a store is paid, and why not yet. Pure.

use std::{cmp::Ordering, collections::BTreeSet};

use feira_kernel::{Money, StoreId, Time, Total};
use feira_store::{Payee, PayoutDestination, StoreStatus};
use time::Duration;

use crate::{Settings, WhyNotPaid};

/// What is open of a store in one currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) total: Total,
    /// What of it no hold keeps any more, less all that takes from it.
    pub(crate) matured: Total,
    /// When the first of the rest became payable.
    pub(crate) next: Option<Time>,
}

/// How long what became payable is kept, at that time.
pub(crate) fn hold(settings: &Settings, payee: &Payee, at: Time) -> Duration {
    if is_new(settings, payee, at) {
        settings.payout_hold.max(settings.new_store_hold)
    } else {
        settings.payout_hold
    }
}

/// How long at least it is kept of a store that is new at that time.
pub(crate) fn new_hold(settings: &Settings, payee: &Payee, at: Time) -> Option<Duration> {
    is_new(settings, payee, at).then_some(settings.new_store_hold)
}

fn is_new(settings: &Settings, payee: &Payee, at: Time) -> bool {
    payee
        .approved_at
        .is_none_or(|approved| at < approved + settings.new_store_for)
}

/// Whether what its provider paid to the store stays there for now, as what is payable to a new store would.
pub(crate) fn holds_new(settings: &Settings, payee: &Payee, at: Time) -> bool {
    settings.new_store_hold.is_positive() && is_new(settings, payee, at)
}

/// Whether the account that the store is paid on can be paid to now: one at a provider must be the store's own,
/// and take payouts.
pub(crate) fn account_ready(payee: &Payee, ready: &BTreeSet<(StoreId, String, String)>) -> bool {
    match payee.account.as_ref().map(|account| &account.destination) {
        Some(PayoutDestination::Provider { provider, account }) => {
            ready.contains(&(payee.store, provider.clone(), account.clone()))
        }
        _ => true,
    }
}

/// Why the store is not paid whatever it is owed; `ready` says whether its account can be paid to.
pub(crate) fn store_not_paid(
    settings: &Settings,
    (payee, ready): (&Payee, bool),
    at: Time,
) -> Option<WhyNotPaid> {
    // What is owed to a closed store is paid nevertheless.
    if payee.status == StoreStatus::Suspended && !settings.pays_suspended_stores {
        return Some(WhyNotPaid::StoreSuspended {});
    }
    let Some(account) = &payee.account else {
        return Some(WhyNotPaid::NoAccount {});
    };
    if !ready {
        return Some(WhyNotPaid::AccountNotReady {});
    }
    let until = account.changed_at + settings.payout_account_hold;
    (at < until).then_some(WhyNotPaid::AccountChanged { until })
}

/// Why this much is not paid.
pub(crate) fn sum_not_paid(settings: &Settings, open: Open, hold: Duration) -> Option<WhyNotPaid> {
    if open.total.is_negative() {
        return Some(WhyNotPaid::NegativeBalance {});
    }
    if open.total.is_zero() {
        return Some(WhyNotPaid::NothingPayable {});
    }
    if !open.matured.is_positive() {
        let held = open
            .next
            .map(|next| WhyNotPaid::Held { until: next + hold });
        return held.or(Some(WhyNotPaid::NothingPayable {}));
    }
    let minimum = minimum_above(settings, open.matured);
    minimum.map(|minimum| WhyNotPaid::BelowMinimum { minimum })
}

/// The minimum that this amount does not reach, if there is one.
pub(crate) fn minimum_above(settings: &Settings, amount: Total) -> Option<Money> {
    let mut minimums = settings.minimum_payout.iter().copied();
    let of_currency = minimums.find(|minimum| minimum.currency() == amount.currency())?;
    let reached = amount.compare(of_currency).is_ok_and(Ordering::is_ge);
    (!reached).then_some(of_currency)
}

/// The first reason that a seller should know.
pub(crate) fn why_not(
    settings: &Settings,
    (payee, ready): (&Payee, bool),
    open: Open,
    at: Time,
) -> Option<WhyNotPaid> {
    let of_store = store_not_paid(settings, (payee, ready), at);
    let of_sum = sum_not_paid(settings, open, hold(settings, payee, at));
    match (of_store, of_sum) {
        // While there is nothing to pay, that an account is kept for a day is no news.
        (
            Some(WhyNotPaid::AccountChanged { .. }),
            Some(why @ (WhyNotPaid::NegativeBalance {} | WhyNotPaid::NothingPayable {})),
        ) => Some(why),
        (Some(why), _) | (None, Some(why)) => Some(why),
        (None, None) => None,
    }
}

#[cfg(test)]
#[path = "payout_rules_tests.rs"]
mod tests;
