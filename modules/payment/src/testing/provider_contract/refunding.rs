use feira_kernel::Money;
use time::Duration;

use super::{AGES, Tried, denied};
use crate::{
    RefundId,
    provider::{AskedRefund, Charge, Fact, Failure, RefundAnswer, RefundFact},
    testing::{brl, random},
};

impl Tried<'_> {
    async fn back(&self, charge: &Charge, key: RefundId, minor: i64) -> Result<Money, Failure> {
        let answer = self.provider.refund(&charge.id, key, brl(minor)).await;
        let by_hand = self.provider.capabilities().by_hand;
        if let Ok(answer) = &answer {
            self.is_found(charge, key, answer).await;
        }
        answer.map(|RefundAnswer { amount, fact, .. }| {
            assert_ne!(fact, RefundFact::Failed);
            // Nobody has sent it.
            assert!(!by_hand || fact == RefundFact::Waiting);
            amount
        })
    }

    /// What became of it is told without asking for it, by those that say so; and it cost nothing where it cannot.
    async fn is_found(&self, charge: &Charge, key: RefundId, answer: &RefundAnswer) {
        let can = self.provider.capabilities();
        assert!(can.refunds_cost || answer.fee.is_none(), "{answer:?}");
        let asked = AskedRefund {
            charge: charge.id.clone(),
            id: key,
            amount: answer.amount,
            told: Some(answer.gateway_id.clone()),
        };
        match self.provider.refund_now(&asked).await {
            Ok(now) => assert_eq!((now.amount, now.fact), (answer.amount, answer.fact)),
            Err(failure) => {
                assert!(
                    !can.returns_told && failure == Failure::NotSupported,
                    "{failure:?}"
                );
            }
        }
    }

    /// What went back as a whole, by whomever, pays for nothing any more: nobody who hears of it only then takes it
    /// for paid.
    async fn pays_nothing(&self, charge: &Charge, rest: RefundId, left: i64) {
        let answer = self.provider.refund(&charge.id, rest, brl(left)).await;
        let arrived = answer.is_ok_and(|answer| answer.fact == RefundFact::Completed);
        if arrived && self.harness.tells_what_went_back() {
            assert_eq!(self.found(charge).await.fact, Fact::Cancelled);
        }
    }

    async fn not_back(&self, charge: &Charge, key: RefundId, minor: i64) {
        let failure = self.back(charge, key, minor).await;
        let failure = failure.expect_err("it is refused");
        assert!(denied(&failure), "{minor}: {failure:?}");
    }
}

fn key() -> RefundId {
    RefundId(random())
}

/// A key gives back once, and all together never more than was charged: that the rest still fits
/// shows that what was refused, or repeated, moved nothing.
pub(super) async fn parts(tried: &Tried<'_>) {
    let charge = tried.captured().await;
    let whole = charge.amount.minor();
    let (first, part) = (key(), whole / 3);
    let mut left = whole;
    if tried.provider.capabilities().partial_refunds {
        for _ in 0..2 {
            let back = tried.back(&charge, first, part).await;
            assert_eq!(back, Ok(brl(part)));
        }
        tried.not_back(&charge, first, part + 1).await;
        left -= part;
    } else {
        let answer = tried.back(&charge, first, part).await;
        assert_eq!(answer, Err(Failure::NotSupported));
    }
    tried.not_back(&charge, key(), left + 1).await;
    let rest = key();
    for _ in 0..2 {
        assert_eq!(tried.back(&charge, rest, left).await, Ok(brl(left)));
    }
    tried.not_back(&charge, key(), left).await;
    tried.pays_nothing(&charge, rest, left).await;
    let (open, _) = tried.open().await;
    tried.not_back(&open, key(), open.amount.minor()).await;
}

/// As long after the capture as it says, and no longer.
pub(super) async fn late(tried: &Tried<'_>) {
    let (soon, late) = (tried.captured().await, tried.captured().await);
    let whole = soon.amount.minor();
    let window = tried.provider.capabilities().refund_window;
    let second = Duration::seconds(1);
    let wait = window.map_or(AGES, |window| window - second);
    tried.harness.pass(wait);
    assert_eq!(tried.back(&soon, key(), whole).await, Ok(brl(whole)));
    if window.is_some() {
        tried.harness.pass(second);
        tried.not_back(&late, key(), whole).await;
    }
}
