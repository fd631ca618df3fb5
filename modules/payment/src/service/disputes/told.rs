//! What a provider tells of one dispute becomes true here, under the lock of its payment.

use feira_kernel::{
    Money, Time,
    db::{self, Change, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::{opening::Opening, telling::AGAIN_SECONDS};
use crate::{
    DisputeState, PaymentError, PaymentId,
    dispute_status::{DisputeStep, step_to},
    entities::{
        dispute::{self, Column},
        payment,
    },
    provider::{DisputeFact, Over, ToldDispute, heard},
    sentences::{
        DISPUTE_AMOUNT, DISPUTE_OF_ANOTHER, DISPUTED_MORE, INQUIRY, INQUIRY_ONLY, NOTHING_LEFT,
        Said, Sentence, TOLD_AS,
    },
    service::{
        Service,
        rows::{self, PaymentRow, internal},
        split_rows,
    },
};

/// Of one payment that a person opened; there are not as many.
const MOST: u64 = 20;

impl Service {
    /// Whether it can be true of this charge.
    pub(super) async fn apply_dispute(
        &self,
        row: &PaymentRow,
        charge: &str,
        told: ToldDispute,
    ) -> Result<bool, PaymentError> {
        if let Some(wrong) = differs(row.amount()?, charge, &told) {
            self.alarm(row.id, charge, wrong).await?;
            return Ok(false);
        }
        let (input, id) = ((self.clone(), row.id, told, heard::take()), row.id);
        let pool = &self.env.pool;
        let wrong: Result<Option<Said>, PaymentError> = pool
            .transaction(input, |tx, (service, id, told, heard)| {
                Box::pin(heard::carried(heard, async move {
                    service.write_told(tx, id, told).await
                }))
            })
            .await;
        if let Some(wrong) = wrong? {
            self.alarm(id, charge, wrong).await?;
        }
        Ok(true)
    }

    /// Answers what somebody must look at.
    async fn write_told(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        told: ToldDispute,
    ) -> Result<Option<Said>, PaymentError> {
        let mut payment = rows::lock(tx, id).await?;
        let (mut row, mut wrong) = match self.known_dispute(tx, &payment, &told).await? {
            Some(mut row) => {
                self.told_again(tx, &mut row).await?;
                let wrong = self
                    .follow_amount(tx, &mut payment, &mut row, &told)
                    .await?;
                (row, wrong)
            }
            None if told.fact == DisputeFact::Inquiry => {
                self.noted(tx, &payment, &told, INQUIRY_ONLY).await?;
                return Ok(None);
            }
            None => {
                let Some(opening) = self.opening(tx, &payment, &told).await? else {
                    self.noted(tx, &payment, &told, NOTHING_LEFT).await?;
                    return Ok(None);
                };
                let row = self.open(tx, &mut payment, opening).await?;
                let wrong = short(&row)?;
                (row, wrong)
            }
        };
        match step_to(row.state, told.fact) {
            Ok(None) => {}
            Ok(Some(DisputeStep::SendEvidence)) => {
                self.evidence_is_sent(tx, &mut row).await?;
            }
            Ok(Some(step)) => self.close(tx, &mut payment, &mut row, step).await?,
            Err(over) => wrong = Some(over.of(&[&told.id])),
        }
        if let Some(fee) = told.fee {
            self.book_dispute_fee(tx, &mut row, fee).await?;
        }
        if row.evidence_due_at != told.evidence_due_at && told.evidence_due_at.is_some() {
            self.due_at(tx, &row, told.evidence_due_at).await?;
        }
        Ok(wrong)
    }

    /// It is no person's any more, also where this look ends it.
    async fn told_again(&self, tx: &db::Tx, row: &mut dispute::Model) -> Result<(), PaymentError> {
        if row.untold_since.take().is_none() {
            return Ok(());
        }
        let told = dispute::ActiveModel {
            untold_since: Set(None),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let update = dispute::Entity::update_many().set(told);
        update.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        Ok(())
    }

    /// By the provider's name for it, and of this payment: one there may be over several. Or the one that a person
    /// opened before the provider told of it.
    async fn known_dispute(
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
            Some(row) if !row.by_hand => Ok(Some(row)),
            Some(row) => self.taken_over(tx, row, told).await.map(Some),
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
        match rows.into_iter().nth(same.unwrap_or(0)) {
            Some(row) => self.taken_over(tx, row, told).await.map(Some),
            None => Ok(None),
        }
    }

    async fn taken_over(
        &self,
        tx: &db::Tx,
        mut row: dispute::Model,
        told: &ToldDispute,
    ) -> Result<dispute::Model, PaymentError> {
        row.by_hand = false;
        row.told_as = Some(told.id.clone());
        row.next_look_at = row.closed_at.is_none().then(|| self.look_again_at());
        dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                by_hand: Set(row.by_hand),
                told_as: Set(row.told_as.clone()),
                next_look_at: Set(row.next_look_at),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        let outcome = TOLD_AS.of(&[&told.id]);
        self.dispute_exchange(&**tx, row.payment_id, &row.provider_id, outcome)
            .await?;
        Ok(row)
    }

    pub(super) fn look_again_at(&self) -> Time {
        self.env.now() + time::Duration::seconds(AGAIN_SECONDS)
    }

    /// Nothing, if it names no amount and all has gone back.
    async fn opening(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<Option<Opening>, PaymentError> {
        let amount = match told.over {
            Over::Amount(amount) => amount,
            Over::Rest => not_gone(&split_rows::splits(&**tx, payment.id).await?, payment)?,
        };
        Ok(amount.is_positive().then(|| Opening {
            provider_id: told.id.clone(),
            by_hand: false,
            kind: told.kind,
            amount,
            of_rest: told.over == Over::Rest,
            reason: told.reason.chars().take(140).collect(),
            evidence_due_at: told.evidence_due_at,
            next_look_at: Some(self.look_again_at()),
        }))
    }

    /// Nothing moves by it: written down once.
    async fn noted(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
        why: Sentence,
    ) -> Result<(), PaymentError> {
        let message = why.of(&[&told.id]).as_str().to_owned();
        let fresh = db::exec(
            &**tx,
            include_str!("../../sql/log_once.sql"),
            values![self.env.uuid(), payment.id, message, self.env.now()],
        )
        .await?;
        if fresh == 0 {
            return Ok(());
        }
        self.dispute_exchange(&**tx, payment.id, &told.id, INQUIRY)
            .await
    }

    async fn due_at(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        at: Option<Time>,
    ) -> Result<(), PaymentError> {
        dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                evidence_due_at: Set(at),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        Ok(())
    }
}

/// What has neither gone back nor is kept back by a dispute, though refunds that run may yet take of it.
fn not_gone(
    splits: &[split_rows::SplitRow],
    payment: &payment::Model,
) -> Result<Money, PaymentError> {
    let mut sum = Money::zero(rows::money(payment.amount, &payment.currency)?.currency());
    for split in splits {
        for amount in [split.left()?, split.refunding()?] {
            sum = sum.checked_add(amount).map_err(internal)?;
        }
    }
    Ok(sum)
}

/// What the provider took and the books cannot: it had gone back before, or is on its way.
pub(super) fn short(row: &dispute::Model) -> Result<Option<Said>, PaymentError> {
    let (amount, held) = (row.total()?, row.held()?);
    let is_short = !row.of_rest && amount != held;
    Ok(is_short.then(|| DISPUTED_MORE.of(&[&amount, &row.provider_id, &held])))
}

/// What keeps it from being a dispute of this charge.
fn differs(paid: Money, charge: &str, told: &ToldDispute) -> Option<Said> {
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
