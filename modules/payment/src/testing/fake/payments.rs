use async_trait::async_trait;
use feira_kernel::{Actor, Money, StoreId, Total, UserId};
use uuid::Uuid;

use super::{
    FakePayments,
    state::{Kept, SplitState, internal},
};
use crate::{
    Acceptance, Balance, Earning, LegStatus, Method, MethodKind, NewRefund, PartReference, Payment,
    PaymentError, PaymentId, Payments, Reference, Refund, RefundDraft, RefundPreview,
    ReleaseEarning, SettleLeg, StartPayment, access, status, validate,
};

#[async_trait]
impl Payments for FakePayments {
    async fn accepts(
        &self,
        actor: &Actor,
        method: Method,
        amount: Money,
        _stores: Vec<StoreId>,
        _payer: Option<UserId>,
    ) -> Result<Acceptance, PaymentError> {
        access::order(actor)?;
        self.state().offered(&method)?;
        let limits = validate::limits(method.kind(), amount.currency());
        validate::accept(limits.ok_or(PaymentError::NotOffered)?, amount)?;
        Ok(Acceptance {
            by_hand: method.kind() == MethodKind::BankTransfer,
        })
    }

    async fn start(&self, actor: &Actor, start: StartPayment) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        validate::validate_start(&start, time::OffsetDateTime::UNIX_EPOCH)?;
        let mut state = self.state();
        state.starts.push(start.clone());
        let known = state
            .payments
            .iter()
            .find(|kept| kept.start.key == start.key);
        if let Some(kept) = known {
            let same = kept.start.reference == start.reference
                && kept.start.method == start.method
                && kept.start.amount == start.amount
                && kept.start.splits == start.splits;
            return if same {
                Ok(kept.payment.clone())
            } else {
                Err(PaymentError::KeyReused)
            };
        }
        state.offered(&start.method)?;
        state.begin(start)
    }

    async fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError> {
        let payment = self.state().find(id)?.payment.clone();
        access::payment(actor, payment.payer)?;
        Ok(payment)
    }

    async fn by_references(
        &self,
        actor: &Actor,
        references: Vec<Reference>,
    ) -> Result<Vec<Payment>, PaymentError> {
        access::order(actor)?;
        let state = self.state();
        let mut found = Vec::new();
        for reference in references {
            let attempts = state.payments.iter().rev().map(|kept| &kept.payment);
            let attempts = attempts.filter(|payment| payment.reference == reference);
            let told = attempts.enumerate().filter(|(older, payment)| {
                let status = payment.status;
                *older == 0 || status::is_live(status) || status::is_captured(status)
            });
            found.extend(told.map(|(_, payment)| payment.clone()));
        }
        Ok(found)
    }

    async fn cancel(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        let mut state = self.state();
        state.cancels.push(id);
        let kept = state.find(id)?;
        if status::is_live(kept.payment.status) {
            kept.cancel()?;
        }
        Ok(kept.payment.clone())
    }

    async fn cancel_unpaid(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError> {
        let kept = self.state().find(id)?.clone();
        if status::is_live(kept.payment.status) && kept.is_any_paid() {
            return Err(PaymentError::LegMove(LegStatus::Paid));
        }
        self.cancel(actor, id).await
    }

    async fn settle_leg(&self, actor: &Actor, settle: SettleLeg) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        let mut state = self.state();
        let kept = state.newest(settle.reference);
        kept.ok_or(PaymentError::NotFound)?.settle_leg(&settle)
    }

    async fn refund(&self, actor: &Actor, refund: NewRefund) -> Result<Refund, PaymentError> {
        access::order(actor)?;
        validate::validate_refund(&refund)?;
        let mut state = self.state();
        state.refunds.push(refund.clone());
        state.give_back(refund)
    }

    async fn parts_to_expect(
        &self,
        actor: &Actor,
        reference: Reference,
    ) -> Result<Vec<PartReference>, PaymentError> {
        access::order(actor)?;
        let state = self.state();
        let of = state.payments.iter().map(|kept| &kept.payment);
        let of = of.filter(|one| one.reference == reference && !one.method.is_on_delivery());
        let legs = of.flat_map(|payment| payment.legs.iter());
        Ok(legs.map(|leg| leg.part).collect())
    }

    async fn refundable(&self, actor: &Actor, reference: Reference) -> Result<(), PaymentError> {
        access::order(actor)?;
        let state = self.state();
        let kept = |kept: &Kept| {
            let payment = &kept.payment;
            payment.reference == reference
                && status::is_captured(payment.status)
                && payment.refunded != payment.amount
        };
        if state.keeps_all && state.payments.iter().any(kept) {
            return Err(PaymentError::RefundTooLate);
        }
        Ok(())
    }

    async fn references_named(
        &self,
        actor: &Actor,
        text: String,
    ) -> Result<Vec<Reference>, PaymentError> {
        access::order(actor)?;
        let state = self.state();
        let all = state.payments.iter().rev().map(|kept| &kept.payment);
        let known = all.filter(|payment| payment.id.to_string() == text.trim());
        Ok(known.map(|payment| payment.reference).take(10).collect())
    }

    async fn preview_refund(
        &self,
        actor: &Actor,
        draft: RefundDraft,
    ) -> Result<RefundPreview, PaymentError> {
        access::order(actor)?;
        validate::validate_draft(&draft)?;
        let mut state = self.state();
        if state.keeps_all {
            return Err(PaymentError::RefundTooLate);
        }
        state.find(draft.payment)?.preview(&draft)
    }

    async fn release_earning(
        &self,
        actor: &Actor,
        release: ReleaseEarning,
    ) -> Result<(), PaymentError> {
        access::order(actor)?;
        let mut state = self.state();
        state.releases.push(release.clone());
        let captured = |kept: &&mut Kept| {
            kept.payment.reference == release.reference
                && status::is_captured(kept.payment.status)
                && release.payment.is_none_or(|id| id == kept.payment.id)
        };
        let kept = state
            .payments
            .iter_mut()
            .find(captured)
            .ok_or(PaymentError::NotFound)?;
        let split = kept
            .splits
            .iter_mut()
            .find(|s| s.split.part == release.part);
        split.ok_or(PaymentError::NotFound)?.released = true;
        Ok(())
    }

    async fn balance(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
    ) -> Result<Vec<Balance>, PaymentError> {
        let store = access::store(actor, store)?;
        let mut balances: Vec<Balance> = Vec::new();
        for kept in &self.state().payments {
            if !status::is_captured(kept.payment.status) {
                continue;
            }
            let zero = Total::zero(kept.payment.amount.currency());
            for (index, state) in kept.splits.iter().enumerate() {
                if state.split.store != store {
                    continue;
                }
                if balances.iter().all(|b| b.currency != zero.currency()) {
                    balances.push(Balance {
                        store,
                        currency: zero.currency(),
                        pending: zero,
                        payable: zero,
                        held: zero,
                        in_payout: zero,
                        paid: zero,
                        disputed: zero,
                        refunding: zero,
                        reserved: zero,
                        owed: zero,
                        billed: zero,
                    });
                }
                for balance in balances
                    .iter_mut()
                    .filter(|b| b.currency == zero.currency())
                {
                    let side = if state.released {
                        &mut balance.payable
                    } else {
                        &mut balance.pending
                    };
                    *side = side.checked_add(kept.earned(index)?).map_err(internal)?;
                }
            }
        }
        Ok(balances)
    }

    async fn earnings(
        &self,
        actor: &Actor,
        parts: Vec<PartReference>,
    ) -> Result<Vec<Earning>, PaymentError> {
        let store = access::earnings(actor)?;
        let state = self.state();
        let mut told = Vec::new();
        for part in parts {
            let known = state.payments.iter().rev().filter_map(|kept| {
                let mut splits = kept.splits.iter();
                let seen = |s: &SplitState| store.is_none_or(|own| s.split.store == own);
                let at = splits.position(|s| s.split.part == part && seen(s))?;
                Some((kept, at))
            });
            let paid = |(kept, _): &(&Kept, usize)| !status::is_captured(kept.payment.status);
            if let Some((kept, at)) = known.min_by_key(paid) {
                told.push(kept.earning(at)?);
            }
        }
        Ok(told)
    }

    async fn reference_of(&self, actor: &Actor, id: PaymentId) -> Result<Uuid, PaymentError> {
        access::order(actor).or_else(|_| access::gateway(actor))?;
        Ok(self.state().find(id)?.payment.reference.0)
    }
}
