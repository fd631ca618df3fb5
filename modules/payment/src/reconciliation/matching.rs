//! Each line of a report with what the books have of it: matched once, or named once.

use std::collections::{BTreeMap, HashMap};

use feira_kernel::{MoneyError, Time, Total};
use time::Duration;

use super::{
    kind::FactKind,
    report::{Line, Report},
    sums::Sums,
};
use crate::{
    Difference, DifferenceCount, DifferenceKind, PaymentId, PayoutId, ReconciledSum, Reference,
    ReportFormat,
};

/// Differences that are told; all are counted.
const TOLD: usize = 500;
/// A bank books on the next working day, and somebody says some days later that it did.
const APART: Duration = Duration::days(3);

/// What the books have.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) kind: FactKind,
    /// By which the provider may call it, and by which its payment.
    pub(crate) own: Vec<String>,
    pub(crate) of_payment: Vec<String>,
    pub(crate) amount: Total,
    pub(crate) fee: Option<Total>,
    /// Whose it is, if it is a payment's, or a payout's.
    pub(crate) payment: Option<PaymentId>,
    pub(crate) reference: Option<Reference>,
    pub(crate) payout: Option<PayoutId>,
    pub(crate) at: Time,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) format: ReportFormat,
    pub(crate) lines: u64,
    pub(crate) matched: u64,
    /// Of those, by amount and day alone.
    pub(crate) by_amount: u64,
    pub(crate) sums: Vec<ReconciledSum>,
    pub(crate) counts: Vec<DifferenceCount>,
    pub(crate) differences: Vec<Difference>,
}

impl Report {
    /// From the first to the last line; to the end of that day, if none says more than its day.
    pub(crate) fn period(&self) -> Option<(Time, Time)> {
        if self.within.is_some() {
            return self.within;
        }
        let times = || self.lines.iter().filter_map(|line| line.at);
        let (first, last) = (times().min()?, times().max()?);
        let days_only = times().all(|at| at.to_hms() == (0, 0, 0));
        let rest = Duration::DAY - Duration::SECOND;
        Some((first, if days_only { last + rest } else { last }))
    }
}

/// Facts by what they may be called.
struct Index {
    own: HashMap<(FactKind, String), Vec<usize>>,
    of_payment: HashMap<(FactKind, String), Vec<usize>>,
    used: Vec<bool>,
}

impl Index {
    fn of(facts: &[Fact]) -> Self {
        let mut index = Self {
            own: HashMap::new(),
            of_payment: HashMap::new(),
            used: vec![false; facts.len()],
        };
        for (place, fact) in facts.iter().enumerate() {
            for (keys, map) in [
                (&fact.own, &mut index.own),
                (&fact.of_payment, &mut index.of_payment),
            ] {
                for key in keys {
                    let key = (fact.kind, key.to_lowercase());
                    map.entry(key).or_default().push(place);
                }
            }
        }
        index
    }

    /// The one that a line tells of: by its own id, else one of its payment, of the same amount if there
    /// is one.
    fn take(&mut self, line: &Line, facts: &[Fact]) -> Option<usize> {
        let ids: Vec<String> = line.ids.iter().map(|id| id.to_lowercase()).collect();
        let of_kind = |kind: &FactKind| {
            let kind = *kind;
            ids.iter().map(move |id| (kind, id.clone()))
        };
        let keys: Vec<_> = line.kind.meant().iter().flat_map(of_kind).collect();
        let free = |map: &HashMap<(FactKind, String), Vec<usize>>, exact: bool| {
            let mut found = keys
                .iter()
                .filter_map(|key| map.get(key))
                .flatten()
                .copied();
            found.find(|place| {
                let fact = facts.get(*place);
                let same = fact.is_some_and(|fact| fact.amount == line.amount);
                let fits = fact.is_some_and(|fact| fits(line, fact));
                !self.used.get(*place).copied().unwrap_or(true) && fits && (same || !exact)
            })
        };
        let found = free(&self.own, true)
            .or_else(|| free(&self.own, false))
            .or_else(|| free(&self.of_payment, true))
            .or_else(|| free(&self.of_payment, false))?;
        self.use_up(found);
        Some(found)
    }

    fn use_up(&mut self, place: usize) {
        if let Some(used) = self.used.get_mut(place) {
            *used = true;
        }
    }

    /// Of facts that nothing names, the one nearest in time with the amount of a bank's line.
    fn alike(&mut self, line: &Line, facts: &[Fact], by_amount: &ByAmount) -> Option<usize> {
        let at = line.at?;
        let of_amount = by_amount.get(&sum(line.amount))?.iter().copied();
        let apart = |place: &usize| {
            let fact = facts.get(*place)?;
            let apart = (fact.at - at).abs();
            let free = !self.used.get(*place).copied().unwrap_or(true);
            let meant = line.kind.meant().contains(&fact.kind) && fits(line, fact);
            (free && meant && apart <= APART).then_some(apart)
        };
        let near = of_amount.filter_map(|place| Some((apart(&place)?, place)));
        let (_, found) = near.min()?;
        self.use_up(found);
        Some(found)
    }
}

/// Facts by their amount.
type ByAmount = HashMap<(i128, &'static str), Vec<usize>>;

fn sum(amount: Total) -> (i128, &'static str) {
    (amount.minor(), amount.currency().code())
}

/// A bank's line tells of nothing that went the other way.
fn fits(line: &Line, fact: &Fact) -> bool {
    let same_way = (line.amount.minor() < 0) == (fact.amount.minor() < 0);
    same_way || !line.kind.is_of_a_bank()
}

/// Which fact each line tells of, and how many of them by amount and day alone: only after all that are named.
fn places(report: &Report, facts: &[Fact], index: &mut Index) -> (Vec<Option<usize>>, u64) {
    let named = report.lines.iter();
    let mut places: Vec<Option<usize>> = named.map(|line| index.take(line, facts)).collect();
    if !report.lines.iter().any(|line| line.kind.is_of_a_bank()) {
        return (places, 0);
    }
    let mut by_amount = ByAmount::new();
    for (place, fact) in facts.iter().enumerate() {
        by_amount.entry(sum(fact.amount)).or_default().push(place);
    }
    let mut found = 0;
    for (line, place) in report.lines.iter().zip(&mut places) {
        if place.is_none() && line.kind.is_of_a_bank() {
            *place = index.alike(line, facts, &by_amount);
            found += u64::from(place.is_some());
        }
    }
    (places, found)
}

/// What a line and the fact that it tells of disagree in, if in anything.
fn disagreement(line: &Line, fact: &Fact, fee: Option<Total>) -> Option<DifferenceKind> {
    let zero = Total::zero(line.amount.currency());
    if line.amount.currency() != fact.amount.currency() {
        Some(DifferenceKind::OtherCurrency)
    } else if line.amount != fact.amount {
        Some(DifferenceKind::OtherAmount)
    } else if line.fee.is_some() && line.fee != Some(fee.unwrap_or(zero)) {
        Some(DifferenceKind::Fee)
    } else {
        None
    }
}

pub(crate) fn matched(report: &Report, facts: &[Fact]) -> Result<Matched, MoneyError> {
    let mut index = Index::of(facts);
    let (mut sums, mut differences) = (Sums::default(), Vec::new());
    let mut agreeing = 0;
    let (places, by_amount) = places(report, facts, &mut index);
    for (line, place) in report.lines.iter().zip(places) {
        let fact = place.and_then(|place| facts.get(place));
        if line.kind == FactKind::Transfer && fact.is_none() {
            sums.transferred(line)?;
            agreeing += 1;
            continue;
        }
        sums.line(line)?;
        let Some(fact) = fact else {
            differences.push(named(DifferenceKind::NotInBooks, Some(line), None, None));
            continue;
        };
        // Where a report tells no fees there is nothing to compare.
        let fee = fact.fee.filter(|_| line.fee.is_some());
        sums.booked(fact.amount, fee)?;
        match disagreement(line, fact, fee) {
            Some(kind) => differences.push(named(kind, Some(line), Some(fact), fee)),
            None => agreeing += 1,
        }
    }
    differences.extend(report.unreadable.iter().map(|(line, id)| Difference {
        line: Some(*line),
        id: id.clone(),
        ..named(DifferenceKind::Unreadable, None, None, None)
    }));
    differences.sort_by_key(|difference| difference.line);
    let period = report.period();
    let within = |at: Time| period.is_some_and(|(from, until)| (from..=until).contains(&at));
    for (fact, used) in facts.iter().zip(&index.used) {
        if !used && within(fact.at) {
            sums.booked(fact.amount, fact.fee)?;
            let kind = DifferenceKind::NotInReport;
            differences.push(named(kind, None, Some(fact), fact.fee));
        }
    }
    let counts = counted(&differences);
    differences.truncate(TOLD);
    let read = report.lines.len() + report.unreadable.len();
    Ok(Matched {
        format: report.format,
        lines: u64::try_from(read).unwrap_or(u64::MAX),
        matched: agreeing,
        by_amount,
        sums: sums.all(),
        counts,
        differences,
    })
}

fn named(
    kind: DifferenceKind,
    line: Option<&Line>,
    fact: Option<&Fact>,
    fee: Option<Total>,
) -> Difference {
    let of_line = line.and_then(|line| line.ids.first());
    let of_fact = fact.and_then(|fact| fact.own.first().or(fact.of_payment.first()));
    Difference {
        kind,
        line: line.map(|line| line.line),
        id: of_line.or(of_fact).cloned().unwrap_or_default(),
        reported: line.map(|line| line.amount),
        booked: fact.map(|fact| fact.amount),
        reported_fee: line.and_then(|line| line.fee),
        booked_fee: fee,
        payment: fact.and_then(|fact| fact.payment),
        reference: fact.and_then(|fact| fact.reference),
        payout: fact.and_then(|fact| fact.payout),
        at: line.and_then(|line| line.at).or(fact.map(|fact| fact.at)),
    }
}

fn counted(differences: &[Difference]) -> Vec<DifferenceCount> {
    let mut counts: BTreeMap<DifferenceKind, u64> = BTreeMap::new();
    for difference in differences {
        *counts.entry(difference.kind).or_default() += 1;
    }
    let count = |(kind, count)| DifferenceCount { kind, count };
    counts.into_iter().map(count).collect()
}
