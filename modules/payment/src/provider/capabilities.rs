//! What a provider says that it can do. The module decides by it, and the suite of
//! `testing::provider_contract` proves each claim and each denial.

use feira_kernel::{Currency, Money, Time};
use time::Duration;

use super::{CanDivide, DisputesBegin, Failure, NewCharge, splitting::SplitRefunds};
use crate::{InstalmentSettings, MethodKind, PayeeKind, validate};

/// What can be charged at once; both ends can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) least: Money,
    pub(crate) most: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// Only by these methods, each in the currency of its limits; without a list all that a method
    /// can carry.
    pub(crate) takes: Option<Vec<(MethodKind, Limits)>>,
    /// What it takes for stores that are paid themselves before anything is sold, by a person's word.
    pub(crate) to_stores: Vec<(MethodKind, Limits)>,
    /// Whom new payments of these methods pay, where no rule says otherwise.
    pub(crate) pays: PayeeKind,
    /// Whether a part of a charge can be given back.
    pub(crate) partial_refunds: bool,
    /// How long after the capture anything can; without one, always.
    pub(crate) refund_window: Option<Duration>,
    /// Whether an open charge can be ended; else it ends at its own time.
    pub(crate) voids: bool,
    /// How long a key is known; without one, for ever. A key that is forgotten would charge, or
    /// give back, once more; the charge is found by it all the same.
    pub(crate) keys_kept: Option<Duration>,
    /// Whether a person says that a charge was paid, and that a refund was sent, which waits until then:
    /// nobody else tells of it. A bank transfer, what is agreed upon in a chat, or is paid to stores on
    /// delivery, is taken by no other.
    pub(crate) by_hand: bool,
    /// Whether it keeps cards for a person, who pays with them again.
    pub(crate) saved_cards: bool,
    /// Whether what was given back is found by its key, too: then it never goes back once more.
    pub(crate) refunds_found: bool,
    /// Whether it tells that the money of a refund it had made came back; else a person does.
    pub(crate) returns_told: bool,
    /// Whether it may take something for a refund, or give back of its fee; else a refund costs what goes back.
    pub(crate) refunds_cost: bool,
    /// Whether a charge is found by its key, and for ever. Where it is not, only this module takes the
    /// money, of a charge that it knows: one that nobody heard of, or that is no longer known there, takes
    /// none.
    pub(crate) charges_found: bool,
    /// Who says that money is asked back.
    pub(crate) disputes: DisputesBegin,
    /// Whether it is sent the evidence; else a person hands it over there.
    pub(crate) evidence: bool,
    /// Whether a charge that was ended is still found. Where it is not, one that is to end and is not found
    /// has ended: by a call whose answer was lost, or by a person there.
    pub(crate) ended_found: bool,
    /// Whether a card pays in instalments there, and in how many.
    pub(crate) instalments: Option<CanDivide>,
    /// Whether stores have accounts there, to which payouts are transferred and from which they are taken
    /// back; what was transferred is found for ever.
    pub(crate) pays_stores: bool,
    /// Whether it pays each store's part of a charge to its account there, and out of whose money that goes back.
    pub(crate) splits: Option<SplitRefunds>,
}

impl Capabilities {
    /// Nothing that a server can do about a charge is denied; of disputes not each one tells, and instalments are
    /// a matter of the account.
    pub(crate) fn all() -> Self {
        Self {
            takes: None,
            to_stores: Vec::new(),
            pays: PayeeKind::Marketplace,
            partial_refunds: true,
            refund_window: None,
            voids: true,
            keys_kept: None,
            by_hand: false,
            saved_cards: false,
            refunds_found: true,
            returns_told: false,
            refunds_cost: false,
            charges_found: true,
            disputes: DisputesBegin::ByHand,
            evidence: false,
            ended_found: true,
            instalments: None,
            pays_stores: false,
            splits: None,
        }
    }

    /// The same of payments that pay the stores themselves. What is paid on delivery always does.
    pub(crate) fn limits_to(
        &self,
        payee: PayeeKind,
        method: MethodKind,
        currency: Currency,
    ) -> Option<Limits> {
        if payee == PayeeKind::Marketplace || method.is_on_delivery() {
            return self.limits(method, currency);
        }
        let meant = |(kind, limits): &&(MethodKind, Limits)| {
            *kind == method && limits.least.currency() == currency
        };
        self.to_stores.iter().find(meant).map(|(_, limits)| *limits)
    }

    /// What it takes by a method in a currency, if anything.
    pub(crate) fn limits(&self, method: MethodKind, currency: Currency) -> Option<Limits> {
        let needs_person = matches!(
            method,
            MethodKind::BankTransfer | MethodKind::Whatsapp | MethodKind::CashOnDelivery
        );
        if needs_person && !self.by_hand {
            return None;
        }
        let carried = validate::limits(method, currency)?;
        let Some(takes) = &self.takes else {
            // Its payers are PayPal's, which names it.
            return Some(carried).filter(|_| method != MethodKind::Paypal);
        };
        let meant = |(kind, limits): &&(MethodKind, Limits)| {
            *kind == method && limits.least.currency() == currency
        };
        takes.iter().find(meant).map(|(_, limits)| *limits)
    }

    /// Whether the charge is paid at once, or in as many instalments as it can do.
    pub(crate) fn divides(&self, charge: &NewCharge) -> Result<(), Failure> {
        let Some(divided) = charge.divided else {
            return Ok(());
        };
        // What else the settings say was asked before.
        let none = InstalmentSettings {
            most: u8::MAX,
            ..InstalmentSettings::default()
        };
        let card = charge.method.kind() == MethodKind::Card;
        let can = self.instalments.as_ref().filter(|_| card);
        match can.is_some_and(|can| can.allows(&none, divided.count, charge.amount)) {
            true => Ok(()),
            false => Err(Failure::NotSupported),
        }
    }

    /// What was first asked for after this moment has a key that is still known so long from now: a
    /// call takes its time to arrive.
    pub(crate) fn keys_known_from(&self, now: Time, within: std::time::Duration) -> Time {
        self.keys_kept
            .map_or(Time::UNIX_EPOCH, |kept| now + within - kept)
    }

    /// Whether what was captured then can still be given back.
    pub(crate) fn refunds_what_came(&self, captured_at: Time, now: Time) -> bool {
        self.refund_window
            .is_none_or(|window| now - captured_at < window)
    }
}
