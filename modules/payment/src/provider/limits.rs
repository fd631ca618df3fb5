//! By what is paid, and within which amounts, as operators say it.

use feira_kernel::{Currency, Money, StoreId};

use super::Limits;
use crate::{MethodKind, MethodRule, PayeeKind};

/// What the rules leave of a method for payments to these stores; nothing if one of them forbids it. A store's
/// own rule goes before that of all.
pub(crate) fn left(
    rules: &[MethodRule],
    method: MethodKind,
    currency: Currency,
    stores: &[StoreId],
) -> Option<Allowed> {
    let of = |store: Option<StoreId>| {
        let mut all = rules.iter();
        all.find(|rule| (rule.method, rule.currency, rule.store) == (method, currency, store))
    };
    let mut allowed = Allowed::default();
    let general = of(None);
    let rules = stores.iter().map(|store| of(Some(*store)).or(general));
    // Where no store is asked for, that of all counts.
    for rule in rules.chain(stores.is_empty().then_some(general)).flatten() {
        if !rule.enabled {
            return None;
        }
        allowed.narrow(rule);
    }
    Some(allowed)
}

/// Whether it is offered to payments of some stores at least.
pub(crate) fn somewhere(rules: &[MethodRule], method: MethodKind, currency: Currency) -> bool {
    let of = |rule: &&MethodRule| (rule.method, rule.currency) == (method, currency);
    let general = rules.iter().filter(of).find(|rule| rule.store.is_none());
    let mut all = rules.iter().filter(of);
    general.is_none_or(|rule| rule.enabled) || all.any(|rule| rule.enabled)
}

/// Whom a payment to these stores pays: each by its own rule, by that of all, or as the provider is configured. Only
/// where all are to be paid themselves are they; else the marketplace takes the whole of it, so that its buyer has
/// one code, and no store is paid what is another's.
pub(crate) fn payee(
    rules: &[MethodRule],
    (method, currency): (MethodKind, Currency),
    stores: &[StoreId],
    otherwise: PayeeKind,
) -> PayeeKind {
    if method.is_on_delivery() {
        return PayeeKind::Store;
    }
    let of = |store: Option<StoreId>| {
        let mut all = rules.iter();
        let rule = |rule: &&MethodRule| {
            (rule.method, rule.currency, rule.store) == (method, currency, store)
        };
        all.find(rule).and_then(|rule| rule.payee)
    };
    let general = of(None).unwrap_or(otherwise);
    let mut each = stores
        .iter()
        .map(|store| of(Some(*store)).unwrap_or(general));
    match stores.is_empty() {
        true => general,
        false if each.all(|payee| payee == PayeeKind::Store) => PayeeKind::Store,
        false => PayeeKind::Marketplace,
    }
}

/// Whether payments of some stores pay this one.
pub(crate) fn some_pay(
    rules: &[MethodRule],
    (method, currency): (MethodKind, Currency),
    payee: PayeeKind,
    otherwise: PayeeKind,
) -> bool {
    let of = |rule: &&MethodRule| (rule.method, rule.currency) == (method, currency);
    let mut said = rules.iter().filter(of);
    self::payee(rules, (method, currency), &[], otherwise) == payee
        || said.any(|rule| rule.payee == Some(payee))
}

/// Amounts that are allowed, as far as rules bound them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    least: Option<Money>,
    most: Option<Money>,
}

impl Allowed {
    fn narrow(&mut self, rule: &MethodRule) {
        let narrower = |a: Option<Money>, b: Option<Money>, largest: bool| match (a, b) {
            (Some(a), Some(b)) => Some(if (a.minor() < b.minor()) == largest {
                b
            } else {
                a
            }),
            (a, b) => a.or(b),
        };
        self.least = narrower(self.least, rule.least, true);
        self.most = narrower(self.most, rule.most, false);
    }

    /// What a provider takes, within what is allowed; nothing if that leaves nothing.
    pub(crate) fn within(self, takes: Limits) -> Option<Limits> {
        let least = self
            .least
            .filter(|least| least.minor() > takes.least.minor());
        let most = self.most.filter(|most| most.minor() < takes.most.minor());
        let limits = Limits {
            least: least.unwrap_or(takes.least),
            most: most.unwrap_or(takes.most),
        };
        (limits.least.minor() <= limits.most.minor()).then_some(limits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn store(n: u128) -> StoreId {
        StoreId(Uuid::from_u128(n))
    }

    fn rule(store: Option<StoreId>, enabled: bool, least: i64, most: i64) -> MethodRule {
        MethodRule {
            method: MethodKind::Pix,
            currency: Currency::BRL,
            store,
            enabled,
            payee: None,
            least: (least > 0).then(|| brl(least)),
            most: (most > 0).then(|| brl(most)),
        }
    }

    const PIX: MethodKind = MethodKind::Pix;
    const BRL: Currency = Currency::BRL;

    #[test]
    fn a_stores_rule_goes_before_that_of_all() {
        let (a, b, c) = (store(1), store(2), store(3));
        let rules = [
            rule(None, false, 0, 0),
            rule(Some(a), true, 500, 0),
            rule(Some(b), true, 0, 9_000),
        ];
        assert_eq!(left(&rules, PIX, BRL, &[]), None);
        assert_eq!(left(&rules, PIX, BRL, &[c]), None);
        assert_eq!(left(&rules, PIX, BRL, &[a, c]), None);
        let both = left(&rules, PIX, BRL, &[a, b]).unwrap();
        let takes = Limits {
            least: brl(1),
            most: brl(50_000),
        };
        let limits = both.within(takes).unwrap();
        assert_eq!((limits.least, limits.most), (brl(500), brl(9_000)));
        assert!(somewhere(&rules, PIX, BRL));
        assert!(!somewhere(&rules[..1], PIX, BRL));
        // What no rule names is as providers take it.
        for (method, currency) in [(MethodKind::Card, BRL), (PIX, Currency::USD)] {
            assert_eq!(
                left(&rules, method, currency, &[c]),
                Some(Allowed::default())
            );
            assert!(somewhere(&rules, method, currency));
        }
    }

    #[test]
    fn stores_are_paid_themselves_only_where_all_of_them_are_to_be() {
        use PayeeKind::{Marketplace as M, Store as S};
        let (a, b, c) = (store(1), store(2), store(3));
        let said = |store, payee| MethodRule {
            payee,
            ..rule(store, true, 0, 0)
        };
        let rules = [
            said(None, Some(S)),
            said(Some(a), Some(M)),
            said(Some(b), None),
        ];
        let of = |stores: &[StoreId], otherwise| payee(&rules, (PIX, BRL), stores, otherwise);
        for (stores, found) in [
            (&[][..], S),
            (&[c], S),
            (&[b, c], S),
            (&[a], M),
            (&[a, c], M),
        ] {
            assert_eq!(of(stores, M), found, "{stores:?}");
        }
        let other = |otherwise| payee(&rules, (PIX, Currency::USD), &[a, c], otherwise);
        assert_eq!((other(M), other(S)), (M, S));
        let door = (MethodKind::CashOnDelivery, BRL);
        assert_eq!(payee(&rules, door, &[a], M), S);
        let some = |payee, otherwise| some_pay(&rules, (PIX, BRL), payee, otherwise);
        assert!(some(S, M) && some(M, S));
        assert!(!some_pay(&[], (PIX, BRL), S, M));
    }

    proptest! {
        #[test]
        fn only_what_all_allow_is_left(
            amounts in proptest::collection::vec((0_i64..1_000, 0_i64..1_000), 1..4),
            takes in (1_i64..1_000, 1_i64..1_000),
            amount in 1_i64..1_000,
        ) {
            let rules: Vec<MethodRule> = (1_u128..)
                .zip(&amounts)
                .map(|(n, (least, most))| rule(Some(store(n)), true, *least, *most))
                .collect();
            let stores: Vec<StoreId> = rules.iter().filter_map(|rule| rule.store).collect();
            let (least, most) = (takes.0.min(takes.1), takes.0.max(takes.1));
            let limits = left(&rules, PIX, BRL, &stores)
                .unwrap()
                .within(Limits { least: brl(least), most: brl(most) });
            let taken = limits.is_some_and(|limits| {
                (limits.least.minor()..=limits.most.minor()).contains(&amount)
            });
            let by_all = amounts.iter().all(|(least, most)| {
                amount >= *least && (*most == 0 || amount <= *most)
            });
            prop_assert_eq!(taken, by_all && (least..=most).contains(&amount));
        }
    }
}
