//! What a provider tells of one dispute becomes true here, under the lock of its payment.

use feira_kernel::{
    Money, Time,
    db::{self, Change},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{
    finding::{differs, is_older},
    looks::{AGAIN_SECONDS, Applied, Known},
    opening::Opening,
};
use crate::{
    DisputeState, PaymentError, PaymentId,
    dispute_status::{DisputeStep, step_to},
    entities::{
        dispute::{self, Column},
        payment,
    },
    provider::{DisputeFact as Fact, Over, ToldDispute, heard},
    sentences::{
        DISPUTED_MORE, INQUIRY, INQUIRY_ONLY, NOTHING_LEFT, Said, Sentence, TOLD_AS, WON_BEFORE,
    },
    service::{
        Service,
        rows::{self, PaymentRow, internal},
        split_rows,
    },
};

/// What was written, and what somebody must look at.
type Written = (Applied, Option<Said>);

impl Service {
    pub(super) async fn apply_dispute(
        &self,
        row: &PaymentRow,
        charge: &str,
        (known, told): (&Known, ToldDispute),
    ) -> Result<Applied, PaymentError> {
        if let Some(wrong) = differs(row.amount()?, charge, &told) {
            self.alarm(row.id, charge, wrong).await?;
            return Ok(Applied::Wrong);
        }
        let id = row.id;
        let input = (self.clone(), id, (known.clone(), told), heard::take());
        let pool = &self.env.pool;
        let written: Result<Written, PaymentError> = pool
            .transaction(input, |tx, (service, id, (known, told), heard)| {
                Box::pin(heard::carried(heard, async move {
                    service.write_told(tx, id, (&known, told)).await
                }))
            })
            .await;
        let (applied, wrong) = written?;
        if let Some(wrong) = wrong {
            self.alarm(id, charge, wrong).await?;
        }
        Ok(applied)
    }

    async fn write_told(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        (known, told): (&Known, ToldDispute),
    ) -> Result<Written, PaymentError> {
        let mut payment = rows::lock(tx, id).await?;
        let found = self.known_dispute(tx, &payment, &told).await?;
        let before = found.clone();
        let (mut row, mut wrong) = match found {
            Some(row) if !known.is_as_it_was(&row) => return Ok((Applied::Late, None)),
            Some(row) if is_older(&row, &told) => return Ok((Applied::Written, None)),
            Some(mut row) => {
                let wrong = self.told_again(tx, &mut payment, &mut row, &told).await?;
                (row, wrong)
            }
            None => {
                let why = match told.fact {
                    Fact::Inquiry => INQUIRY_ONLY,
                    _ => NOTHING_LEFT,
                };
                let Some(opening) = self.opening(tx, &payment, &told).await? else {
                    self.noted(tx, &payment, &told, why).await?;
                    return Ok((Applied::Written, None));
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
            // Who said how it ended knew more than its provider does so far.
            Err(_) if row.next_look_at.is_some() => {}
            Err(over) => wrong = Some(over.of(&[&told.id])),
        }
        if let Some(fee) = told.fee {
            self.book_dispute_fee(tx, &mut row, fee).await?;
        }
        if row.evidence_due_at != told.evidence_due_at && told.evidence_due_at.is_some() {
            row.evidence_due_at = told.evidence_due_at;
            self.due_at(tx, &row, told.evidence_due_at).await?;
        }
        self.is_told(tx, (before, &mut row), &told).await?;
        Ok((Applied::Written, wrong))
    }

    /// What is told of one that is known, but for how it ended.
    async fn told_again(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        told: &ToldDispute,
    ) -> Result<Option<Said>, PaymentError> {
        if row.by_hand {
            self.taken_over(tx, row, told).await?;
        }
        let reopens = matches!(step_to(row.state, told.fact), Ok(Some(DisputeStep::Reopen)));
        if !reopens {
            return self.follow_amount(tx, payment, row, told).await;
        }
        self.reopen(tx, payment, row, told).await?;
        Ok(Some(WON_BEFORE.of(&[&told.id])))
    }

    /// It is no person's any more, also where this look ends it. Once its provider has told its end, too, it is looked
    /// at no longer.
    async fn is_told(
        &self,
        tx: &db::Tx,
        (before, row): (Option<dispute::Model>, &mut dispute::Model),
        told: &ToldDispute,
    ) -> Result<(), PaymentError> {
        let ended = matches!(
            (told.fact, row.state),
            (Fact::Won | Fact::Inquiry, DisputeState::Won) | (Fact::Lost, DisputeState::Lost)
        );
        if ended {
            row.next_look_at = None;
        }
        row.untold_since = None;
        row.told_as_of = told.as_of.or(row.told_as_of);
        // Nothing that was told is new.
        if before.as_ref() == Some(row) {
            return Ok(());
        }
        row.looks += 1;
        let now = dispute::ActiveModel {
            next_look_at: Set(row.next_look_at),
            untold_since: Set(row.untold_since),
            looks: Set(row.looks),
            told_as_of: Set(row.told_as_of),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let update = dispute::Entity::update_many().set(now);
        update.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        Ok(())
    }

    /// It is the provider's from then on, once, and looked at until it has told how it ended.
    async fn taken_over(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
        told: &ToldDispute,
    ) -> Result<(), PaymentError> {
        row.by_hand = false;
        row.told_as = Some(told.id.clone());
        row.next_look_at = Some(self.look_again_at());
        let taken = dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                by_hand: Set(row.by_hand),
                told_as: Set(row.told_as.clone()),
                next_look_at: Set(row.next_look_at),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::ByHand.eq(true))
            .run(&**tx)
            .await?;
        if taken != 1 {
            return Err(internal("a dispute that a person opened is not hers"));
        }
        let outcome = TOLD_AS.of(&[&told.id]);
        self.dispute_exchange(&**tx, row.payment_id, &row.provider_id, outcome)
            .await
    }

    pub(super) fn look_again_at(&self) -> Time {
        self.env.now() + time::Duration::seconds(AGAIN_SECONDS)
    }

    /// Nothing of a mere inquiry, or if it names no amount and all has gone back.
    async fn opening(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<Option<Opening>, PaymentError> {
        if told.fact == Fact::Inquiry {
            return Ok(None);
        }
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
pub(super) fn not_gone(
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
