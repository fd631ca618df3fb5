//! Disputes: one of the providers tells of them, and of the other's a person does.

use feira_kernel::{Currency, Money, db, values};
use feira_payment::{
    DisputeId, DisputeKind, NewDispute, PaymentError, PaymentId, ProviderWebhook, testing,
};
use proptest::sample::Index;
use serde_json::{Value, json};

use super::shop::Shop;
use crate::world::{SECRET, operator};

/// One that is open, or was lost.
pub(super) enum Disputed {
    /// Under this id at the provider.
    Told(PaymentId, String),
    ByHand(DisputeId),
}

impl Shop<'_> {
    pub(super) async fn dispute(&mut self, paid: &Index, share: i64, fee: i64) {
        if self.paid.is_empty() {
            return;
        }
        let payment = &paid.get(&self.paid).payment;
        let currency = payment.amount.currency();
        let (id, told) = (payment.id, payment.gateway == "a");
        let amount = (payment.amount.minor() * share / 100).max(1);
        let name = format!("dp_{}", testing::random());
        if told {
            let change = json!({"amount": amount, "fee": fee});
            self.tell(id, &name, change).await;
            self.disputed.push(Disputed::Told(id, name));
        } else if let Some(opened) = self.dispute_by_hand(id, (amount, currency), name).await {
            self.disputed.push(Disputed::ByHand(opened));
        }
    }

    async fn tell(&self, payment: PaymentId, id: &str, change: Value) {
        let stub = &self.market.stub;
        stub.dispute(payment, id, change);
        let (event, charge) = (testing::random(), stub.charge(payment).id);
        let body =
            format!(r#"{{"id":"evt_{event}","type":"dispute.updated","charge_id":"{charge}"}}"#);
        let told = ProviderWebhook {
            provider: "a".to_owned(),
            ..self.world().signed(&body, SECRET)
        };
        self.world().notify(told).await;
    }

    /// Nothing if as much is not left.
    async fn dispute_by_hand(
        &self,
        payment: PaymentId,
        (amount, currency): (i64, Currency),
        bank_reference: String,
    ) -> Option<DisputeId> {
        let new = NewDispute {
            payment,
            kind: DisputeKind::Med,
            amount: Money::from_minor(amount, currency).unwrap(),
            reason: "fraud".to_owned(),
            bank_reference,
            evidence_due_at: None,
        };
        let payments = &self.world().payments;
        match payments.open_dispute(&operator(), new, None).await {
            Ok(opened) => Some(opened.dispute.id),
            Err(PaymentError::Invalid(_) | PaymentError::IllegalMove(_)) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// One of those that are open.
    pub(super) async fn end_dispute(&mut self, which: &Index, won: bool) {
        if self.disputed.is_empty() {
            return;
        }
        let which = which.index(self.disputed.len());
        let one = self.disputed.swap_remove(which);
        self.close(&one, won).await;
        if !won {
            self.lost.push(one);
        }
    }

    /// One of those that were lost.
    pub(super) async fn regain(&mut self, which: &Index) {
        if self.lost.is_empty() {
            return;
        }
        let which = which.index(self.lost.len());
        let one = self.lost.swap_remove(which);
        self.close(&one, true).await;
    }

    async fn close(&self, one: &Disputed, won: bool) {
        match one {
            Disputed::Told(payment, id) => {
                let status = if won { "won" } else { "lost" };
                self.tell(*payment, id, json!({"status": status})).await;
            }
            Disputed::ByHand(id) => {
                let payments = &self.world().payments;
                let closed = payments.close_dispute(&operator(), *id, won, None).await;
                closed.unwrap();
            }
        }
    }

    /// What banks took of a payment for good, in cents.
    pub(super) async fn lost(&self, payment: PaymentId) -> i64 {
        let sql = "SELECT coalesce(sum(held) * 100, 0)::bigint FROM disputes \
                   WHERE payment_id = $1 AND state = 'lost'";
        db::scalar(self.world().env.pool.read(), sql, values![payment])
            .await
            .unwrap()
            .unwrap()
    }
}
