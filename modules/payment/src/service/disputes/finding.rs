//! Which dispute it is that a provider tells of, and whether it can be one of this charge.

use feira_kernel::{
    Money,
    db::{self, Find},
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    DisputeState, PaymentError,
    entities::{
        dispute::{self, Column},
        payment,
    },
    provider::{DisputeFact, Over, ToldDispute},
    sentences::{DISPUTE_AMOUNT, DISPUTE_OF_ANOTHER, Said},
    service::Service,
};

/// Of one payment that a person opened; there are not as many.
const MOST: u64 = 20;

impl Service {
    /// By the provider's name for it, and of this payment: one there may be over several. Or the one that a person
    /// opened before the provider told of it.
    pub(super) async fn known_dispute(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<Option<dispute::Model>, PaymentError> {
        let named = Column::ProviderId.eq(told.id.clone());
        let named = named.or(Column::ToldAs.eq(told.id.clone()));
        let found = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment.id))
            .filter(named)
            .order_by_asc(Column::ByHand)
            .order_by_asc(Column::Id);
        match found.row(&**tx).await? {
            Some(row) => Ok(Some(row)),
            None if told.fact == DisputeFact::Inquiry => Ok(None),
            None => self.opened_by_hand(tx, payment, told).await,
        }
    }

    /// What the bank told a person first, and the provider tells now, is one dispute, which takes its money once;
    /// also if she has said already that as much was lost. Of several the one over as much, or else the first.
    async fn opened_by_hand(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<Option<dispute::Model>, PaymentError> {
        let mut rows = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment.id))
            .filter(Column::ByHand.eq(true))
            .filter(Column::Kind.eq(told.kind))
            .filter(Column::State.ne(DisputeState::Won))
            .order_by_asc(Column::OpenedAt)
            .order_by_asc(Column::Id)
            .limit(MOST)
            .rows(&**tx)
            .await?;
        let is_same =
            |row: &dispute::Model| told.over == row.total().map_or(Over::Rest, Over::Amount);
        rows.retain(|row| row.closed_at.is_none() || is_same(row));
        let same = rows.iter().position(is_same);
        Ok(rows.into_iter().nth(same.unwrap_or(0)))
    }
}

/// By the provider's own clock, whatever was asked for first.
pub(super) fn is_older(row: &dispute::Model, told: &ToldDispute) -> bool {
    let known = row.told_as_of.zip(told.as_of);
    known.is_some_and(|(known, told)| told < known)
}

/// What keeps it from being a dispute of this charge.
pub(super) fn differs(paid: Money, charge: &str, told: &ToldDispute) -> Option<Said> {
    let id = &told.id;
    if told.charge != charge {
        return Some(DISPUTE_OF_ANOTHER.of(&[id]));
    }
    match told.over {
        Over::Amount(amount) if amount.currency() != paid.currency() || !amount.is_positive() => {
            Some(DISPUTE_AMOUNT.of(&[id, &amount]))
        }
        Over::Amount(_) | Over::Rest => None,
    }
}
