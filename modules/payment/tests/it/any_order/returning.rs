//! What banks send back: refunds, and payouts.

use feira_kernel::PageRequest;
use feira_payment::{PaymentError, PayoutFilter, PayoutStatus};
use proptest::sample::Index;

use super::shop::Shop;
use crate::world::operator;

impl Shop<'_> {
    /// One of those that this sequence had made at the provider whose refunds can come back.
    pub(super) async fn refund_back(&self, which: &Index) {
        let fake = &self.market.fake;
        let (_, all) = fake.made();
        let made = all - self.refunds_before;
        if made == 0 {
            return;
        }
        fake.send_back(self.refunds_before + which.index(made));
        self.hear_fake().await;
    }

    /// One that was paid comes back, or one that waits is given up.
    pub(super) async fn end_payout(&self, which: &Index, from: PayoutStatus) {
        let payments = &self.world().payments;
        let filter = PayoutFilter { status: Some(from) };
        let page = PageRequest::first(100);
        let found = payments.payouts(&operator(), filter, page).await;
        let mut found = found.unwrap().items;
        let is_paid = from == PayoutStatus::Paid;
        found.retain(|payout| {
            let comes_back = !is_paid || payout.provider.is_none();
            self.stores.contains(&payout.store) && comes_back
        });
        if found.is_empty() {
            return;
        }
        let (id, reason) = (which.get(&found).id, "account closed".to_owned());
        let by_transfer = which.get(&found).provider.is_some();
        let ended = match from {
            PayoutStatus::Paid => payments.return_payout(&operator(), id, reason, None).await,
            _ => {
                // Perhaps it is in a file.
                payments
                    .cancel_payout(&operator(), id, reason, true, None)
                    .await
            }
        };
        match ended {
            Ok(_) => {}
            // It is asked for, and is not known to have moved nothing.
            Err(PaymentError::PayoutByTransfer) if by_transfer => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}
