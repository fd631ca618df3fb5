//! What buyers pay to stores themselves.

use feira_payment::{BorneBy, Method, NewRefund, PaymentError, PaymentStatus, testing};
use proptest::sample::Index;
use time::Duration;

use super::shop::Shop;
use crate::{
    legs,
    world::{Paid, operator},
};

impl Shop<'_> {
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
        &self,
        of: &Index,
        part: &Index,
        share: i64,
        by: Option<BorneBy>,
    ) {
        let Some((of, part)) = self.leg(of, part) else {
            return;
        };
        let whole = of.start.splits[part].amount.minor();
        let refund = NewRefund {
            borne_by: by,
            ..of.refund(&[(part, (whole * share / 100).max(1))])
        };
        let refund = match self.world().refund(refund).await {
            Ok(refund) => refund,
            Err(PaymentError::RefundTooLarge | PaymentError::IllegalMove(_)) => return,
            Err(other) => panic!("{other:?}"),
        };
        let reference = format!("E {}", refund.id);
        let payments = &self.world().payments;
        let by = operator();
        let sent = payments.mark_refund_sent(&by, refund.id, reference, None);
        sent.await.unwrap();
    }
}
