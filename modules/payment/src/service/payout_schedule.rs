//! When stores are paid: every so many days, or in an hour of the week.

use feira_kernel::{
    Time,
    db::{self, Change, Find},
    values,
};
use sea_orm::{EntityTrait, FromQueryResult, Set, sea_query::OnConflict};

use super::{Service, rows::internal};
use crate::{
    PaymentError, PayoutSlot,
    access::SELF,
    entities::payout_schedule::{ActiveModel, Column, Entity},
};

#[derive(FromQueryResult)]
struct Slot {
    at: Time,
}

impl Service {
    /// Pays the stores if their time has come. A crash before it is written down pays them again, of which
    /// nothing follows: what is claimed is claimed once.
    pub(crate) async fn pay_out_when_due(&self) -> Result<(), PaymentError> {
        let now = self.env.now();
        let last = self.ran_at().await?;
        let due = match (&self.settings.payout_at, last) {
            // By a weekday it begins with the next one.
            (Some(_), None) => return self.ran(now).await,
            (None, None) => true,
            (_, Some(last)) => self.after(last).await? <= now,
        };
        if due {
            self.pay_out(&SELF, None, None).await?;
            self.ran(now).await?;
        }
        Ok(())
    }

    /// When stores are paid next; now if that is overdue.
    pub(super) async fn next_run(&self) -> Result<Time, PaymentError> {
        let now = self.env.now();
        let next = match self.ran_at().await? {
            Some(last) => self.after(last).await?,
            None if self.settings.payout_at.is_some() => self.after(now).await?,
            None => now,
        };
        Ok(next.max(now))
    }

    async fn after(&self, last: Time) -> Result<Time, PaymentError> {
        match &self.settings.payout_at {
            None => Ok(last + self.settings.payout_every),
            Some(slot) => self.slot_after(slot, last).await,
        }
    }

    async fn slot_after(&self, slot: &PayoutSlot, last: Time) -> Result<Time, PaymentError> {
        let found: Option<Slot> = db::optional(
            self.env.pool.read(),
            include_str!("../sql/payout_slot.sql"),
            values![
                last,
                slot.time_zone.clone(),
                i32::from(slot.weekday.number_from_monday()),
                i32::from(slot.hour)
            ],
        )
        .await?;
        let found = found.ok_or_else(|| internal("no week has this hour"))?;
        Ok(found.at)
    }

    async fn ran_at(&self) -> Result<Option<Time>, PaymentError> {
        let ran = Entity::find_by_id(true).row(self.env.pool.read()).await?;
        Ok(ran.map(|ran| ran.ran_at))
    }

    async fn ran(&self, at: Time) -> Result<(), PaymentError> {
        let row = ActiveModel {
            single: Set(true),
            ran_at: Set(at),
            updated_at: Set(at),
        };
        let mut later = OnConflict::column(Column::Single);
        later.update_columns([Column::RanAt, Column::UpdatedAt]);
        let ran = Entity::insert(row).on_conflict(later);
        ran.run(self.env.pool.write()).await?;
        Ok(())
    }
}
