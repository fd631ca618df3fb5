//! What buyers pay to stores themselves.

use feira_payment::{BorneBy, Method, NewRefund, PaymentError, PaymentStatus, Refund, testing};
use proptest::sample::Index;
use time::Duration;

use super::shop::Shop;
use crate::{
    legs,
    world::{Paid, operator},
};

impl Shop<'_> {
    /// What refunds that run hold is in no next payout.
    pub(super) async fn next_payouts_are_there(&self, what: &str) {
        for store in &self.stores {
            let (payments, by) = (self.market.payments(), operator());
            let balances = payments.balance(&by, Some(*store)).await.unwrap();
            let next = payments.next_payouts(&by, Some(*store)).await.unwrap();
            for one in next {
                let currency = one.amount.currency();
                let mut of = balances.iter().filter(|b| b.payable.currency() == currency);
                let payable = of.next().map_or(0, |b| b.payable.minor());
                assert!(one.amount.minor() <= payable.max(0), "{what}");
            }
        }
    }

    /// On delivery, or before anything is sold, as is agreed upon in a chat with each store.
    pub(super) async fn agree(&mut self, parts: &[(Index, i64)], before: bool) {
        let split = |(store, cents): &(Index, i64)| {
            testing::split(*store.get(&self.stores), testing::random(), *cents)
        };
        let splits = parts.iter().map(split).collect();
        let (method, expected) = match before {
            true => (Method::Whatsapp {}, PaymentStatus::Pending),
            false => (Method::CashOnDelivery {}, PaymentStatus::Authorized),
        };
        let mut start = testing::start(testing::random(), method, splits);
        start.expires_at = self.world().env.now() + Duration::minutes(30);
        // What is paid before is told by the stores, which are in the first.
        let world = if before {
            self.market.first()
        } else {
            self.world()
        };
        let payment = world.begin(start.clone()).await.unwrap();
        assert_eq!(payment.status, expected);
        self.agreed.push(Paid { payment, start });
    }

    fn leg(&self, of: &Index, part: &Index) -> Option<(&Paid, usize)> {
        let of = (!self.agreed.is_empty()).then(|| of.get(&self.agreed))?;
        Some((of, part.index(of.start.splits.len())))
    }

    pub(super) async fn settle_leg(&self, of: &Index, part: &Index, paid: bool) {
        let Some((of, part)) = self.leg(of, part) else {
            return;
        };
        match legs::settle(self.world(), of, part, paid).await {
            Ok(_) | Err(PaymentError::LegMove(_) | PaymentError::PaidTooLate) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    pub(super) async fn cancel_legs(&self, of: &Index) {
        if !self.agreed.is_empty() {
            let of = of.get(&self.agreed);
            self.world().cancel(of.payment.id).await.unwrap();
        }
    }

    /// Its store sends it at once, or somebody does.
    pub(super) async fn give_leg_back(
        &mut self,
        of: &Index,
        part: &Index,
        share: i64,
        by: Option<BorneBy>,
    ) {
        let Some(refund) = self.ask_leg_back(of, part, share, by).await else {
            return;
        };
        let reference = format!("E {}", refund.id);
        let (payments, by) = (&self.world().payments, operator());
        let sent = payments.mark_refund_sent(&by, refund.id, reference, None);
        sent.await.unwrap();
        self.sent.push(refund.id);
    }

    /// Whoever was to send it says that nobody will: it is as if it had never been asked for.
    pub(super) async fn withdraw_leg_refund(
        &self,
        of: &Index,
        part: &Index,
        share: i64,
        by: Option<BorneBy>,
    ) {
        let Some(refund) = self.ask_leg_back(of, part, share, by).await else {
            return;
        };
        let before = self.world().payment(refund.payment).await.refunded;
        let payments = &self.world().payments;
        let ended = payments.withdraw_refund(&operator(), refund.id, None).await;
        assert!(ended.unwrap().withdrawn);
        let after = self.world().payment(refund.payment).await.refunded;
        assert_eq!(before, after);
    }

    /// One of those that were sent, each once; if there is none, one that is sent now.
    pub(super) async fn leg_refund_back(&mut self, of: &Index, part: &Index, share: i64) {
        if self.sent.is_empty() {
            self.give_leg_back(of, part, share, None).await;
        }
        if self.sent.is_empty() {
            return;
        }
        let id = self.sent.swap_remove(part.index(self.sent.len()));
        let payments = &self.world().payments;
        let back = payments.return_refund(&operator(), id, None).await;
        assert!(back.unwrap().came_back);
    }

    async fn ask_leg_back(
        &self,
        of: &Index,
        part: &Index,
        share: i64,
        by: Option<BorneBy>,
    ) -> Option<Refund> {
        let (of, part) = self.leg(of, part)?;
        let whole = of.start.splits[part].amount.minor();
        let refund = NewRefund {
            borne_by: by,
            ..of.refund(&[(part, (whole * share / 100).max(1))])
        };
        match self.world().refund(refund).await {
            Ok(refund) => Some(refund),
            Err(PaymentError::RefundTooLarge | PaymentError::IllegalMove(_)) => None,
            Err(other) => panic!("{other:?}"),
        }
    }
}
