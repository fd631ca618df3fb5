//! Which payment a line pays. It is marked as paid only where the line names it and has its amount; all else
//! is for a person to decide, who reads why.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use feira_kernel::Money;

use super::Line;
use crate::{BankStatementReason, PaymentId};

/// Letters and digits of a PIX txid that this module makes.
const TXID: usize = 25;
/// What is shorter names anything, what is longer nothing of ours.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=40;
/// In a longer run no txid is looked for.
const LONGEST_RUN: usize = 60;

/// A payment that a line may be about, or a leg of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate<Id = PaymentId> {
    pub(crate) id: Id,
    pub(crate) amount: Money,
    pub(crate) state: CandidateState,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum CandidateState {
        /// It waits for its money, in time.
        Open = "open",
        /// It has only just begun: nobody can say yet that it was paid.
        Begun = "begun",
        /// It ended, or its time is over.
        Late = "late",
        /// Somebody said that it was paid, and no line tells of that yet.
        Paid = "paid",
        /// A line tells of it.
        Told = "told",
    }
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict<Id = PaymentId> {
    /// It paid this payment, which no other line did.
    Matched(Id),
    /// The same of one that somebody had marked as paid before.
    WasPaid(Id),
    /// For a person; with the payment that it may be about.
    Open(BankStatementReason, Option<Id>),
}

/// What waits for money, or to be sent.
#[derive(Debug)]
pub(crate) struct Book<Id = PaymentId> {
    by_reference: HashMap<String, BTreeSet<Id>>,
    payments: BTreeMap<Id, Candidate<Id>>,
    open: HashMap<Sum, BTreeSet<Id>>,
    refunds: HashMap<Sum, Vec<Id>>,
    payouts: BTreeSet<Sum>,
}

// Of no id a default is asked for.
impl<Id> Default for Book<Id> {
    fn default() -> Self {
        Self {
            by_reference: HashMap::new(),
            payments: BTreeMap::new(),
            open: HashMap::new(),
            refunds: HashMap::new(),
            payouts: BTreeSet::new(),
        }
    }
}

/// An amount by which something is found.
type Sum = (i64, &'static str);

fn sum(amount: Money) -> Sum {
    (amount.minor(), amount.currency().code())
}

impl<Id: Copy + Ord> Book<Id> {
    /// By what the payer or the bank writes of it; one that is there already stays as it is.
    pub(crate) fn add(&mut self, references: &[String], candidate: Candidate<Id>) {
        let id = candidate.id;
        for reference in references {
            let named = self.by_reference.entry(reference.clone()).or_default();
            named.insert(id);
        }
        if candidate.state == CandidateState::Open {
            let open = self.open.entry(sum(candidate.amount)).or_default();
            open.insert(id);
        }
        self.payments.entry(id).or_insert(candidate);
    }

    /// A refund of this payment that somebody has to send.
    pub(crate) fn add_refund(&mut self, payment: Id, amount: Money) {
        self.refunds.entry(sum(amount)).or_default().push(payment);
    }

    pub(crate) fn add_payout(&mut self, amount: Money) {
        self.payouts.insert(sum(amount));
    }

    /// A payment that it matches is matched by no later line.
    pub(crate) fn judge(&mut self, line: &Line) -> Verdict<Id> {
        if !line.amount.is_positive() {
            return self.went_out(line.amount.negated());
        }
        let tokens = tokens(&line.text);
        let named = tokens
            .iter()
            .filter_map(|token| self.by_reference.get(token));
        let named: BTreeSet<Id> = named.flatten().copied().collect();
        let Some(meant) = self.meant(&named) else {
            return match named.is_empty() {
                true => self.of_amount(line.amount),
                false => Verdict::Open(BankStatementReason::SeveralNamed, None),
            };
        };
        let id = meant.id;
        let why = match (meant.state, meant.amount == line.amount) {
            (before @ (CandidateState::Open | CandidateState::Paid), true) => {
                self.told(id);
                return match before {
                    CandidateState::Paid => Verdict::WasPaid(id),
                    _ => Verdict::Matched(id),
                };
            }
            (CandidateState::Told, _) => BankStatementReason::AlreadyPaid,
            (CandidateState::Begun, true) => BankStatementReason::NotYet,
            (CandidateState::Late, true) => BankStatementReason::PaidTooLate,
            (_, false) => BankStatementReason::OtherAmount,
        };
        Verdict::Open(why, Some(id))
    }

    /// The one that is named; of several attempts the one that is open.
    fn meant(&self, named: &BTreeSet<Id>) -> Option<&Candidate<Id>> {
        let all = named.iter().filter_map(|id| self.payments.get(id));
        let all: Vec<&Candidate<Id>> = all.collect();
        let open = all.iter().filter(|one| one.state == CandidateState::Open);
        let open: Vec<&Candidate<Id>> = open.copied().collect();
        match (open.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }

    fn told(&mut self, id: Id) {
        if let Some(one) = self.payments.get_mut(&id) {
            one.state = CandidateState::Told;
            if let Some(open) = self.open.get_mut(&sum(one.amount)) {
                open.remove(&id);
            }
        }
    }

    /// It names none.
    fn of_amount(&self, amount: Money) -> Verdict<Id> {
        let alike = self.open.get(&sum(amount));
        let mut alike = alike.into_iter().flatten().copied();
        let (reason, payment) = match (alike.next(), alike.next()) {
            (None, _) => (BankStatementReason::Unknown, None),
            (Some(only), None) => (BankStatementReason::AmountOnly, Some(only)),
            (Some(_), Some(_)) => (BankStatementReason::SeveralOfAmount, None),
        };
        Verdict::Open(reason, payment)
    }

    /// Refunds and payouts are only pointed at: who sent them says so with the bank's reference.
    fn went_out(&self, amount: Money) -> Verdict<Id> {
        let (reason, payment) = match self.refunds.get(&sum(amount)).map(Vec::as_slice) {
            Some([only]) => (BankStatementReason::RefundToSend, Some(*only)),
            Some([_, ..]) => (BankStatementReason::RefundToSend, None),
            _ if self.payouts.contains(&sum(amount)) => (BankStatementReason::PayoutToSend, None),
            _ => (BankStatementReason::MoneyOut, None),
        };
        Verdict::Open(reason, payment)
    }
}

/// As it is compared: capital letters and digits. `None` if that is too little to name anything.
pub(crate) fn reference(text: &str) -> Option<String> {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    let kept: String = kept.map(|c| c.to_ascii_uppercase()).collect();
    LENGTHS.contains(&kept.len()).then_some(kept)
}

/// What in a line's text may be a reference: its runs of letters and digits, two of them that a hyphen
/// joins, and every place of a longer run where a txid could be.
pub(crate) fn tokens(text: &str) -> BTreeSet<String> {
    let upper = text.to_ascii_uppercase();
    let mut found = BTreeSet::new();
    for word in upper.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let runs: Vec<&str> = word.split('-').collect();
        let joined = runs.windows(2).map(|pair| pair.concat());
        let single = runs.iter().map(|run| (*run).to_owned());
        found.extend(
            joined
                .chain(single)
                .filter(|one| LENGTHS.contains(&one.len())),
        );
        let long = runs.iter().filter(|run| run.len() <= LONGEST_RUN);
        for run in long.filter(|run| !is_end_to_end_id(run)) {
            let last = (run.len() + 1).saturating_sub(TXID);
            let places = (0..last).filter_map(|at| run.get(at..at + TXID));
            found.extend(places.map(str::to_owned));
        }
    }
    found
}

/// What the central bank calls a PIX: every line has one, and no txid is in it.
fn is_end_to_end_id(run: &str) -> bool {
    let bank = run.get(1..9).unwrap_or_default();
    run.len() == 32 && run.starts_with(['E', 'D']) && bank.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
