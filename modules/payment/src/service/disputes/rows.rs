//! Rows of disputes, and as callers see them.

use feira_kernel::{
    Money, Ref,
    db::{self, Find},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Dispute, DisputeId, DisputePart, PaymentError, Reference,
    entities::{dispute, dispute_part},
    service::rows::{internal, money},
};

/// What a payment is for.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub(super) reference: Reference,
    pub(super) description: String,
}

/// As many as a payment has splits.
const MOST_PARTS: u64 = 100;

impl dispute::Model {
    pub(super) fn total(&self) -> Result<Money, PaymentError> {
        money(self.amount, &self.currency)
    }

    pub(super) fn held(&self) -> Result<Money, PaymentError> {
        money(self.held, &self.currency)
    }

    /// What the marketplace bears of what was lost.
    pub(super) fn written_off(&self) -> Result<Money, PaymentError> {
        money(self.written_off, &self.currency)
    }

    /// What the books know that was taken for it.
    pub(super) fn fee(&self) -> Result<Option<Money>, PaymentError> {
        let currency = self.fee_currency.as_deref();
        currency
            .map(|currency| money(self.fee, currency))
            .transpose()
    }

    /// As its provider calls it.
    pub(super) fn name_there(self) -> String {
        self.told_as.unwrap_or(self.provider_id)
    }

    /// As operators see it.
    pub(super) fn view(self, of: Described) -> Result<Dispute, PaymentError> {
        Ok(Dispute {
            amount: self.total()?,
            held: self.held()?,
            written_off: self.written_off()?,
            fee: self.fee()?,
            id: self.id,
            payment: self.payment_id,
            reference: of.reference,
            description: of.description,
            kind: self.kind,
            state: self.state,
            reason: self.reason,
            gateway: self.gateway,
            provider_id: self.provider_id,
            by_hand: self.by_hand,
            evidence_due_at: self.evidence_due_at,
            opened_at: self.opened_at,
            evidence_sent_at: self.evidence_sent_at,
            closed_at: self.closed_at,
        })
    }

    /// As a store sees it, whose parts these are.
    pub(super) fn view_of(
        self,
        of: Described,
        parts: &[DisputePart],
    ) -> Result<Dispute, PaymentError> {
        let currency = self.total()?.currency();
        let sum = Money::sum(currency, parts.iter().map(|part| part.amount));
        let held = sum.map_err(internal)?;
        let whole = self.view(of)?;
        Ok(Dispute {
            amount: held,
            held,
            written_off: Money::zero(currency),
            fee: None,
            ..whole
        })
    }
}

impl dispute_part::Model {
    pub(super) fn view(&self, currency: &str) -> Result<DisputePart, PaymentError> {
        Ok(DisputePart {
            store: self.store_id,
            part: Ref::new(self.part),
            amount: money(self.amount, currency)?,
            commission: money(self.commission, currency)?,
            earning: money(self.earning, currency)?,
        })
    }
}

/// Amounts of parts, as what is divided by them takes them.
pub(super) fn weights(
    amounts: impl Iterator<Item = rust_decimal::Decimal>,
    row: &dispute::Model,
) -> Result<Vec<u64>, PaymentError> {
    amounts
        .map(|amount| {
            let amount = money(amount, &row.currency)?.minor();
            Ok(u64::try_from(amount).unwrap_or(0))
        })
        .collect()
}

pub(super) async fn parts(
    db: &impl ConnectionTrait,
    id: DisputeId,
) -> Result<Vec<dispute_part::Model>, db::Error> {
    dispute_part::Entity::find()
        .filter(dispute_part::Column::DisputeId.eq(id))
        .order_by_asc(dispute_part::Column::SplitId)
        .limit(MOST_PARTS)
        .rows(db)
        .await
}
