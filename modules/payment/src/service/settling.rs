//! Finding out what became of a payment, and ending one that is not paid.

use std::sync::Arc;

use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};
use time::Duration;
use tokio::task::JoinSet;

use super::{
    Service,
    giving_up::Ending,
    rows::{self, PaymentRow, internal},
    verdict::{Observation, Purpose},
};
use crate::{
    PaymentError, PaymentId, PaymentStatus,
    entities::payment::{self, Column},
    provider::{self, Charge, Fact, Failure, Lookup, Provider, heard},
    sentences::FORGOTTEN,
    status,
};

/// Payments that are looked at together.
const BATCH: i64 = 8;
/// Batches of one run; what is left is due still.
const BATCHES: u32 = 40;
/// The longest time between two looks, whatever the number of looks.
const LONGEST_SECONDS: i64 = 300;

#[derive(FromQueryResult)]
struct Due {
    id: PaymentId,
}

impl Service {
    /// Looks at whatever is due and tells how many payments it settled: each provider by itself, so
    /// that one which is slow or gone delays no other's payments.
    pub(crate) async fn poll_due(&self) -> Result<u32, PaymentError> {
        self.providers.refresh().await?;
        let mut polls = JoinSet::new();
        for provider in self.providers.all() {
            let service = self.clone();
            polls.spawn(async move { service.poll_at(&provider).await });
        }
        let polled: Result<Vec<u32>, _> = polls.join_all().await.into_iter().collect();
        Ok(polled?.into_iter().sum())
    }

    /// Stops early when the provider does not answer at all.
    async fn poll_at(&self, provider: &Arc<dyn Provider>) -> Result<u32, PaymentError> {
        let mut settled = self.poll_events(provider).await?;
        for _ in 0..BATCHES {
            let due = self.claim_due(provider.name()).await?;
            let count = due.len();
            let mut looks = JoinSet::new();
            for row in due {
                let service = Arc::new(self.clone());
                looks.spawn(async move {
                    let live = row.is_live();
                    let after = service.settle(row).await?;
                    Ok::<_, PaymentError>(live && !after.is_live())
                });
            }
            let mut failed = 0;
            for look in looks.join_all().await {
                match look {
                    Ok(true) => settled += 1,
                    Ok(false) => {}
                    Err(error) => {
                        failed += 1;
                        tracing::warn!(%error, "a payment could not be looked after; it will be again");
                    }
                }
            }
            if count < usize::try_from(BATCH).unwrap_or(0) || failed == count {
                break;
            }
        }
        Ok(settled)
    }

    /// Takes the turn to look at one payment; `false` if somebody else has it.
    pub(super) async fn claim(&self, id: PaymentId) -> Result<bool, PaymentError> {
        let now = self.env.now();
        let next = now + self.settings.charge_deadline + self.settings.poll_every;
        // One further ahead than the longest pause was put there by a clock that has gone back since.
        let latest = now + Duration::seconds(LONGEST_SECONDS + 5);
        let due = Condition::any()
            .add(Column::NextPollAt.lte(now))
            .add(Column::NextPollAt.gt(latest));
        let claimed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                next_poll_at: Set(Some(next)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(due);
        Ok(claimed.run(self.env.pool.write()).await? == 1)
    }

    async fn claim_due(&self, provider: &str) -> Result<Vec<PaymentRow>, PaymentError> {
        let claimed: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/claim_payments.sql"),
            values![
                self.env.now(),
                BATCH,
                self.settings.poll_every.whole_seconds().max(1),
                LONGEST_SECONDS,
                provider.to_owned()
            ],
        )
        .await?;
        let ids: Vec<PaymentId> = claimed.into_iter().map(|due| due.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = payment::Entity::find().filter(Column::Id.eq_any(ids));
        let found = found.order_by_asc(Column::Id).limit(BATCH.unsigned_abs());
        let rows = found.into_model::<PaymentRow>();
        Ok(rows.rows(self.env.pool.read()).await?)
    }

    /// Looks at the charge and applies what is true. One that is past its time and not paid is
    /// ended, at the provider first. One that the provider never heard of is asked for again
    /// under its own key, which cannot charge twice while it is known there.
    pub(super) async fn settle(&self, row: PaymentRow) -> Result<PaymentRow, PaymentError> {
        heard::during(self.settled(row)).await
    }

    async fn settled(&self, row: PaymentRow) -> Result<PaymentRow, PaymentError> {
        if row.is_agreed() {
            return Ok(row);
        }
        if row.is_live() && row.waits_for_stores() {
            return match self.env.now() < row.expires_at {
                true => Ok(row),
                false => self.end_legs(row.id, Ending::EXPIRE).await,
            };
        }
        let provider = self.provider(&row.gateway)?;
        let now = self.env.now();
        let (late, live) = (now >= row.expires_at, row.is_live());
        let can = provider.capabilities();
        match self.look(&provider, &row).await {
            Ok(charge) if !live => self.last_look(&provider, row, charge).await,
            // One that cannot be ended ends at its own time, and is looked at until then.
            Ok(charge) if late && is_open(&charge) && can.voids => {
                let ended = self
                    .void(&provider, &charge.id)
                    .await
                    .map_err(unavailable)?;
                self.apply(row, ended.into(), Purpose::Expire, None).await
            }
            Ok(charge) => {
                let purpose = if late { Purpose::Expire } else { Purpose::Poll };
                let charge = self.seen_to(&row, charge).await?;
                self.apply(row, charge.into(), purpose, None).await
            }
            Err(Failure::NotFound) if !live => self.forget(row).await,
            Err(Failure::NotFound) if late => {
                self.apply(row, Observation::Nothing, Purpose::Expire, None)
                    .await
            }
            // Nobody asked it to end: perhaps it is only not found yet, and it must not be made again.
            Err(Failure::NotFound) if row.transaction_id.is_some() && can.charges_found => {
                Err(unavailable(unknown()))
            }
            // It ends at its own time: with another key it could be paid twice.
            Err(Failure::NotFound) if !self.knows_key(&*provider, row.created_at) => Ok(row),
            Err(Failure::NotFound) => self.charge(row, None).await,
            Err(failure) => Err(unavailable(failure)),
        }
    }

    /// Ends a payment that is not captured; answers what it is then.
    pub(super) async fn end(&self, id: PaymentId) -> Result<PaymentRow, PaymentError> {
        heard::during(self.ended(id)).await
    }

    async fn ended(&self, id: PaymentId) -> Result<PaymentRow, PaymentError> {
        let row = rows::payment(&self.env, id).await?;
        if !row.is_live() {
            return Ok(row);
        }
        if row.has_legs() {
            return self.end_legs(row.id, Ending::CANCEL).await;
        }
        let provider = self.provider(&row.gateway)?;
        let observed = match self.look(&provider, &row).await {
            Ok(charge) if is_open(&charge) => {
                let ended = self.void(&provider, &charge.id).await;
                ended.map_err(unavailable)?.into()
            }
            Ok(charge) => self.seen_to(&row, charge).await?.into(),
            Err(Failure::NotFound) => Observation::Nothing,
            Err(failure) => return Err(unavailable(failure)),
        };
        let row = self.apply(row, observed, Purpose::Cancel, None).await?;
        if row.is_live() {
            return Err(unavailable(Failure::Unknown("not ended".to_owned())));
        }
        Ok(row)
    }

    /// A charge that the provider has told of does not cease to be: that it knows of none is believed
    /// only where there was none, or where it forgets those that nobody paid or that were ended.
    pub(super) async fn look(
        &self,
        provider: &Arc<dyn Provider>,
        row: &PaymentRow,
    ) -> Result<Charge, Failure> {
        let lookup = row
            .transaction_id
            .clone()
            .map_or(Lookup::Key(row.id, row.expires_at), Lookup::Charge);
        let found = provider::by(self.settings.charge_deadline, provider.fetch(&lookup)).await;
        self.note(provider.name(), &found).await;
        let can = provider.capabilities();
        let stays = can.charges_found && can.ended_found;
        match found {
            Err(Failure::NotFound) if row.transaction_id.is_some() && stays => Err(unknown()),
            found => found,
        }
    }

    async fn void(&self, provider: &Arc<dyn Provider>, charge: &str) -> Result<Charge, Failure> {
        if !provider.capabilities().voids {
            return Err(Failure::NotSupported);
        }
        let ended = provider::by(self.settings.charge_deadline, provider.cancel(charge)).await;
        self.note(provider.name(), &ended).await;
        let charge = ended?;
        if is_open(&charge) {
            return Err(Failure::Unknown("the charge is still open".to_owned()));
        }
        Ok(charge)
    }

    /// A payment that ended here without the provider's word.
    pub(super) async fn last_look(
        &self,
        provider: &Arc<dyn Provider>,
        row: PaymentRow,
        charge: Charge,
    ) -> Result<PaymentRow, PaymentError> {
        let voids = provider.capabilities().voids;
        if is_open(&charge) && !voids {
            return Ok(row);
        }
        let charge = if can_be_paid(&charge) && voids {
            self.void(provider, &charge.id).await.map_err(unavailable)?
        } else {
            charge
        };
        if charge.fact != Fact::Captured {
            return self.forget(row).await;
        }
        let row = self.apply(row, charge.into(), Purpose::Poll, None).await?;
        // Of another amount, it was told to the operator: looking again shows nothing new.
        if status::is_captured(row.status) {
            Ok(row)
        } else {
            self.forget(row).await
        }
    }

    async fn forget(&self, row: PaymentRow) -> Result<PaymentRow, PaymentError> {
        let all = PaymentStatus::ALL.into_iter();
        let open = all.filter(|status| status::is_live(*status));
        let forgotten = payment::Entity::update_many()
            .set(payment::ActiveModel {
                next_poll_at: Set(None),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::Status.is_not_in(open));
        forgotten
            .run(self.env.pool.write())
            .await
            .map_err(internal)?;
        Ok(row)
    }
}

fn unknown() -> Failure {
    FORGOTTEN.into()
}

fn is_open(charge: &Charge) -> bool {
    matches!(charge.fact, Fact::Waiting | Fact::Authorized)
}

/// Also what was declined: some providers let the payer try the same charge again.
pub(super) fn can_be_paid(charge: &Charge) -> bool {
    is_open(charge) || matches!(charge.fact, Fact::Declined(_))
}

pub(super) fn unavailable(failure: Failure) -> PaymentError {
    if failure == Failure::NotSupported {
        let reason = "the provider cannot end the charge, which ends at its own time";
        return PaymentError::Unavailable(reason.to_owned());
    }
    tracing::warn!(%failure, "the provider could not be asked");
    PaymentError::ProviderUnavailable
}
