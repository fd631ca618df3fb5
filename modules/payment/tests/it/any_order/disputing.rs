//! Disputes: one of the providers tells of them, and of the other's a person does, or it does without an amount.

use feira_kernel::{Currency, Money, db, values};
use feira_payment::{
    DisputeId, DisputeKind, DisputeState, NewDispute, PaymentError, PaymentId, ProviderWebhook,
    testing,
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
    /// The same at the other one, over whatever has not gone back otherwise.
    OfRest(PaymentId, String),
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

    /// Of what the other provider took.
    pub(super) async fn dispute_rest(&mut self, paid: &Index) {
        let there: Vec<PaymentId> = self
            .paid
            .iter()
            .filter(|paid| paid.payment.gateway == "b")
            .map(|paid| paid.payment.id)
            .collect();
        if there.is_empty() {
            return;
        }
        let (id, name) = (*paid.get(&there), format!("dp_{}", testing::random()));
        self.tell_of_rest(id, &name, DisputeState::Opened).await;
        self.disputed.push(Disputed::OfRest(id, name));
    }

    async fn tell_of_rest(&self, payment: PaymentId, id: &str, state: DisputeState) {
        let fake = &self.market.fake;
        fake.dispute_charge(&fake.charge_of(payment), id, None, state);
        self.hear_fake().await;
    }

    /// What the other provider has told is heard, by the name under which it is configured.
    pub(super) async fn hear_fake(&self) {
        for told in self.market.fake.notifications() {
            let told = ProviderWebhook {
                provider: "b".to_owned(),
                ..told
            };
            self.world().notify(told).await;
        }
    }

    /// One of those that are told with an amount, open or lost.
    pub(super) async fn change_dispute(&self, which: &Index, share: i64) {
        let all = self.disputed.iter().chain(&self.lost);
        let told: Vec<(PaymentId, &String)> = all
            .filter_map(|one| match one {
                Disputed::Told(payment, name) => Some((*payment, name)),
                Disputed::ByHand(_) | Disputed::OfRest(..) => None,
            })
            .collect();
        if told.is_empty() {
            return;
        }
        let (payment, name) = which.get(&told);
        let whole = self.world().payment(*payment).await.amount.minor();
        let amount = (whole * share / 100).max(1);
        self.tell(*payment, name, json!({"amount": amount})).await;
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
            Disputed::OfRest(payment, id) => {
                let state = match won {
                    true => DisputeState::Won,
                    false => DisputeState::Lost,
                };
                self.tell_of_rest(*payment, id, state).await;
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
