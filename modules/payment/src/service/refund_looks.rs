//! Whether the money of completed refunds came back, while the books say that the buyer has it: looked at when a
//! provider tells of the payment, and each day for some weeks after it went back, for what is told may be lost.

use std::sync::Arc;

use feira_kernel::{
    Time,
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};
use time::Duration;
use tokio::task::JoinSet;

use super::{
    Service,
    refunding::RefundRow,
    rows::{PaymentRow, internal},
    settling::unavailable,
};
use crate::{
    PaymentError, PaymentId, RefundId, RefundStatus,
    entities::{
        payment,
        refund::{self, Column, Entity},
    },
    provider::{self, Failure, Provider, RefundFact},
    sentences::{REFUND_BACK, REFUND_UNSEEN},
};

/// The newest refunds of one payment, of those that are looked at again.
const REFUNDS: u64 = 20;
/// Of one provider at once, and of one run of the job; the rest is due at the next.
const BATCH: i64 = 8;
const BATCHES: u32 = 20;
/// For so long it is asked for once more where its provider cannot be reached.
const GRACE: Duration = Duration::days(14);
pub(super) const LOOK_EVERY: Duration = Duration::DAY;
/// Where the provider did not answer.
const LOOK_AGAIN: Duration = Duration::hours(1);

#[derive(FromQueryResult)]
struct Due {
    id: RefundId,
    payment_id: PaymentId,
    look_until: Time,
}

impl Service {
    pub(super) async fn look_at_refunds(&self, row: &PaymentRow) -> Result<(), PaymentError> {
        let provider = self.provider(&row.gateway)?;
        if !provider.capabilities().returns_told {
            return Ok(());
        }
        let Some(payment) = payment::Entity::find_by_id(row.id)
            .row(self.env.pool.read())
            .await?
        else {
            return Ok(());
        };
        let made = Entity::find()
            .filter(Column::PaymentId.eq(row.id))
            .filter(Column::Status.eq(RefundStatus::Completed))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(REFUNDS);
        for refund in made.rows(self.env.pool.read()).await? {
            let row = RefundRow::of(refund, &payment);
            self.look_whether_back(&*provider, &row).await?;
        }
        Ok(())
    }

    /// What the job does: each provider by itself.
    pub(crate) async fn watch_refunds(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let mut watches = JoinSet::new();
        for provider in self.providers.all() {
            let service = self.clone();
            watches.spawn(async move { service.watch_refunds_of(provider).await });
        }
        watches.join_all().await.into_iter().collect()
    }

    /// Stops early when the provider does not answer at all.
    async fn watch_refunds_of(&self, provider: Arc<dyn Provider>) -> Result<(), PaymentError> {
        for _ in 0..BATCHES {
            let due = self.claim_refunds_to_look_at(provider.name()).await?;
            let count = due.len();
            let mut looks = JoinSet::new();
            for one in due {
                let (service, provider) = (self.clone(), provider.clone());
                looks.spawn(async move { service.watch_refund(&*provider, one).await });
            }
            let mut failed = 0;
            for look in looks.join_all().await {
                if let Err(error) = look {
                    failed += 1;
                    tracing::warn!(%error, "whether a refund came back could not be asked; it will be");
                }
            }
            if i64::try_from(count).is_ok_and(|count| count < BATCH) || failed == count {
                break;
            }
        }
        Ok(())
    }

    async fn claim_refunds_to_look_at(&self, provider: &str) -> Result<Vec<Due>, PaymentError> {
        let now = self.env.now();
        let sql = include_str!("../sql/claim_refunds_to_look_at.sql");
        let claimed = db::rows(
            self.env.pool.write(),
            sql,
            values![
                now,
                BATCH,
                LOOK_AGAIN.whole_seconds(),
                now + self.settings.refunds_watched_for,
                LOOK_EVERY.whole_seconds(),
                provider.to_owned()
            ],
        );
        Ok(claimed.await?)
    }

    /// Of a provider that does not tell, or once it was watched as long as is set, it is not looked at again.
    async fn watch_refund(&self, provider: &dyn Provider, due: Due) -> Result<(), PaymentError> {
        if !self.watches(provider) {
            return self.looked_at(due.id, None).await;
        }
        let db = self.env.pool.read();
        let refund = Entity::find_by_id(due.id).row(db).await?;
        let payment = payment::Entity::find_by_id(due.payment_id).row(db).await?;
        let found = refund.zip(payment);
        let (refund, payment) = found.ok_or_else(|| internal("a refund of no payment"))?;
        let row = RefundRow::of(refund, &payment);
        let looked = self.look_whether_back(provider, &row).await;
        let next = self.env.now() + LOOK_EVERY;
        match looked {
            Err(error) if self.env.now() < due.look_until + GRACE => Err(error),
            Err(_) => {
                let asked = row.asked()?;
                let wrong = REFUND_UNSEEN.of(&[&row.id]);
                self.alarm(row.payment_id, &asked.charge, wrong).await?;
                self.looked_at(due.id, None).await
            }
            Ok(()) => {
                self.looked_at(due.id, (next < due.look_until).then_some(next))
                    .await
            }
        }
    }

    pub(super) fn watches(&self, provider: &dyn Provider) -> bool {
        provider.capabilities().returns_told && self.settings.refunds_watched_for.is_positive()
    }

    async fn looked_at(&self, id: RefundId, next: Option<Time>) -> Result<(), PaymentError> {
        let looked = refund::ActiveModel {
            next_look_at: Set(next),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let looked = Entity::update_many().set(looked).filter(Column::Id.eq(id));
        looked.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// If so, it is written.
    async fn look_whether_back(
        &self,
        provider: &dyn Provider,
        row: &RefundRow,
    ) -> Result<(), PaymentError> {
        let asked = row.asked()?;
        let looking = provider.refund_now(&asked);
        let now = provider::by(self.settings.charge_deadline, looking).await;
        self.note(provider.name(), &now).await;
        match now {
            Ok(now) if now.fact == RefundFact::Failed => {
                let (id, amount) = (now.gateway_id, now.amount);
                let wrong = REFUND_BACK.of(&[&amount, &id]);
                // Of another amount nobody knows what it is.
                if amount == asked.amount {
                    self.come_back(row.payment_id, row.id, id).await?;
                }
                self.alarm(row.payment_id, &asked.charge, wrong).await
            }
            Ok(_) | Err(Failure::NotFound | Failure::NotSupported) => Ok(()),
            Err(failure) => Err(unavailable(failure)),
        }
    }
}
