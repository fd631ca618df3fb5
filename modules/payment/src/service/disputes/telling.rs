//! What a provider tells of disputes becomes true here, whether a notification led to it, the poller, or what
//! was answered to evidence.

use feira_kernel::{
    Money, Time,
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::opening::Opening;
use crate::{
    DisputeState, PaymentError, PaymentId,
    dispute_status::DisputeStep,
    entities::{dispute, payment},
    provider::{self, DisputeFact, Failure, ToldDispute, heard},
    service::{
        Service, pass,
        rows::{self, PaymentRow},
        settling::unavailable,
    },
};

/// Disputes that are looked at together, and how long after that again: they last for weeks, and
/// notifications tell of them at once.
const BATCH: i64 = 20;
const AGAIN_SECONDS: i64 = 3600;
/// Of one charge; nobody disputes one as often.
const MOST: usize = 20;
const MOST_KNOWN: u64 = 20;

#[derive(FromQueryResult)]
struct Due {
    payment_id: PaymentId,
}

impl Service {
    /// Asks the provider for all disputes of a payment and applies what is true. What was told before changes
    /// nothing.
    pub(in crate::service) async fn look_at_disputes(
        &self,
        row: &PaymentRow,
    ) -> Result<(), PaymentError> {
        self.look_at_disputes_of(row, row.transaction_id.as_deref())
            .await
    }

    /// With what a notification named, which may be a dispute.
    pub(in crate::service) async fn look_at_disputes_of(
        &self,
        row: &PaymentRow,
        told_of: Option<&str>,
    ) -> Result<(), PaymentError> {
        heard::during(self.looked_at_disputes(row, told_of)).await
    }

    async fn looked_at_disputes(
        &self,
        row: &PaymentRow,
        told_of: Option<&str>,
    ) -> Result<(), PaymentError> {
        let Some(charge) = &row.transaction_id else {
            return Ok(());
        };
        let provider = self.provider(&row.gateway)?;
        let mut named = self.told_before(row.id).await?;
        named.extend(
            told_of
                .filter(|of| *of != charge.as_str())
                .map(str::to_owned),
        );
        let asked = provider.disputes(charge, &named);
        let told = provider::by(self.settings.charge_deadline, asked).await;
        if matches!(told, Err(Failure::NotSupported)) {
            return Ok(());
        }
        self.note(provider.name(), &told).await;
        let told = told.map_err(unavailable)?;
        pass("payment.dispute_told");
        if told.len() > MOST {
            let wrong = "has more disputes than are looked at";
            self.alarm(row.id, charge, wrong).await?;
        }
        let heard = heard::take();
        for told in told.into_iter().take(MOST) {
            let applied = self.apply_dispute(row, charge, told);
            heard::carried(heard.clone(), applied).await?;
        }
        pass("payment.dispute_written");
        Ok(())
    }

    /// The disputes of a payment that its provider told, as it calls them.
    async fn told_before(&self, id: PaymentId) -> Result<Vec<String>, PaymentError> {
        let rows = dispute::Entity::find()
            .filter(dispute::Column::PaymentId.eq(id))
            .filter(dispute::Column::ByHand.eq(false))
            .order_by_desc(dispute::Column::OpenedAt)
            .limit(MOST_KNOWN)
            .rows(self.env.pool.read())
            .await?;
        Ok(rows.into_iter().map(|row| row.provider_id).collect())
    }

    async fn apply_dispute(
        &self,
        row: &PaymentRow,
        charge: &str,
        told: ToldDispute,
    ) -> Result<(), PaymentError> {
        if let Some(wrong) = differs(row.amount()?, charge, &told) {
            return self.alarm(row.id, charge, &wrong).await;
        }
        let (input, id) = ((self.clone(), row.id, told, heard::take()), row.id);
        let pool = &self.env.pool;
        let wrong: Result<Option<String>, PaymentError> = pool
            .transaction(input, |tx, (service, id, told, heard)| {
                Box::pin(heard::carried(heard, async move {
                    service.write_told(tx, id, told).await
                }))
            })
            .await;
        match wrong? {
            Some(wrong) => self.alarm(id, charge, &wrong).await,
            None => Ok(()),
        }
    }

    /// Answers what somebody must look at.
    async fn write_told(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        told: ToldDispute,
    ) -> Result<Option<String>, PaymentError> {
        let mut payment = rows::lock(tx, id).await?;
        let (mut row, mut wrong) = match self.known_dispute(tx, &payment, &told).await? {
            Some(row) => {
                if let Some(wrong) = contradicts(&row, &told)? {
                    return Ok(Some(wrong));
                }
                (row, None)
            }
            None if told.fact == DisputeFact::Inquiry => {
                return self.inquired(tx, &payment, &told).await.map(|()| None);
            }
            None => {
                let row = self.open(tx, &mut payment, self.opening(&told)).await?;
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
            Err(said) => wrong = Some(format!("has a dispute {} that {said}", told.id)),
        }
        if let Some(fee) = told.fee {
            self.book_dispute_fee(tx, &mut row, fee).await?;
        }
        if row.evidence_due_at != told.evidence_due_at && told.evidence_due_at.is_some() {
            self.due_at(tx, &row, told.evidence_due_at).await?;
        }
        Ok(wrong)
    }

    async fn known_dispute(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<Option<dispute::Model>, PaymentError> {
        let found = dispute::Entity::find()
            .filter(dispute::Column::Gateway.eq(payment.gateway.clone()))
            .filter(dispute::Column::ProviderId.eq(told.id.clone()));
        Ok(found.row(&**tx).await?)
    }

    fn opening(&self, told: &ToldDispute) -> Opening {
        let again = time::Duration::seconds(AGAIN_SECONDS);
        Opening {
            provider_id: told.id.clone(),
            by_hand: false,
            kind: told.kind,
            amount: told.amount,
            reason: told.reason.chars().take(140).collect(),
            evidence_due_at: told.evidence_due_at,
            next_look_at: Some(self.env.now() + again),
        }
    }

    /// A bank only asks: written down once, and nothing moves.
    async fn inquired(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        told: &ToldDispute,
    ) -> Result<(), PaymentError> {
        let message = format!("dispute {}: only an inquiry so far", told.id);
        let fresh = db::exec(
            &**tx,
            include_str!("../../sql/log_once.sql"),
            values![self.env.uuid(), payment.id, message, self.env.now()],
        )
        .await?;
        if fresh == 0 {
            return Ok(());
        }
        self.dispute_exchange(&**tx, payment.id, &told.id, "inquiry")
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
            .filter(dispute::Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        Ok(())
    }

    /// Looks at open disputes that are due, whatever was told of them.
    pub(crate) async fn poll_disputes(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let due: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../../sql/claim_disputes.sql"),
            values![self.env.now(), BATCH, AGAIN_SECONDS, self.providers.names()],
        )
        .await?;
        for due in due {
            let row = rows::payment(&self.env, due.payment_id).await?;
            if let Err(error) = self.look_at_disputes(&row).await {
                tracing::warn!(payment = %row.id, %error, "the disputes of a payment could not be looked at; they will be again");
            }
        }
        Ok(())
    }
}

/// What the provider took and the books cannot: it had gone back before, or is on its way.
fn short(row: &dispute::Model) -> Result<Option<String>, PaymentError> {
    let (amount, held) = (row.total()?, row.held()?);
    Ok((amount != held).then(|| {
        format!(
            "is disputed over {amount} ({}), and {held} of it was left: the rest is not in the books",
            row.provider_id
        )
    }))
}

/// What keeps it from being a dispute of this charge.
fn differs(paid: Money, charge: &str, told: &ToldDispute) -> Option<String> {
    let ToldDispute { id, amount, .. } = told;
    if told.charge != charge {
        Some(format!("is told of with a dispute {id} of another charge"))
    } else if amount.currency() != paid.currency() || !amount.is_positive() {
        Some(format!(
            "has a dispute {id} over {amount}, which it cannot be"
        ))
    } else {
        None
    }
}

/// What was known of it and is told otherwise now.
fn contradicts(row: &dispute::Model, told: &ToldDispute) -> Result<Option<String>, PaymentError> {
    let before = row.total()?;
    Ok((before != told.amount).then(|| {
        format!(
            "has a dispute {} that is over {} now, not {before}",
            told.id, told.amount
        )
    }))
}

/// The step that leads to what is true, if it is not so here already.
fn step_to(state: DisputeState, fact: DisputeFact) -> Result<Option<DisputeStep>, &'static str> {
    use DisputeFact as F;
    use DisputeState as S;
    Ok(match (fact, state) {
        (F::Open, S::Opened | S::EvidenceSent)
        | (F::Answered, S::EvidenceSent)
        | (F::Won, S::Won)
        | (F::Lost, S::Lost) => None,
        (F::Answered, S::Opened) => Some(DisputeStep::SendEvidence),
        // One that was lost may be won on appeal.
        (F::Won, S::Opened | S::EvidenceSent | S::Lost) => Some(DisputeStep::Win),
        (F::Lost, S::Opened | S::EvidenceSent) => Some(DisputeStep::Lose),
        // What was disputed is only asked about again: the money is back.
        (F::Inquiry, S::Opened | S::EvidenceSent) => Some(DisputeStep::Win),
        (F::Inquiry, S::Won) => None,
        (F::Open | F::Answered | F::Inquiry, S::Lost) => {
            return Err("was lost, and is told to be otherwise now");
        }
        (F::Open | F::Answered | F::Lost, S::Won) => {
            return Err("was won, and is told to be otherwise now");
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_and_what_is_known() {
        use DisputeFact as F;
        let facts = [F::Inquiry, F::Open, F::Answered, F::Won, F::Lost];
        let grid = DisputeState::ALL.map(|state| {
            facts.map(|fact| match step_to(state, fact) {
                Ok(None) => "-",
                Ok(Some(DisputeStep::SendEvidence)) => "sent",
                Ok(Some(DisputeStep::Win)) => "win",
                Ok(Some(DisputeStep::Lose)) => "lose",
                Err(_) => "alarm",
            })
        });
        assert_eq!(
            grid,
            [
                ["win", "-", "sent", "win", "lose"],
                ["win", "-", "-", "win", "lose"],
                ["-", "alarm", "alarm", "-", "alarm"],
                ["alarm", "alarm", "alarm", "win", "-"],
            ]
        );
    }
}
