//! What somebody must look at: charges that are not as they should be, and notifications that were refused.

use feira_kernel::{Actor, Page, PageRequest, db, values};
use sea_orm::EntityTrait;
use time::Duration;

use super::{Service, paging};
use crate::{
    Alarm, PaymentError, access,
    entities::payment_log::{Column, Entity, Model},
};

/// Not more often is a refused notification written down, of each provider.
const REFUSALS_EVERY: Duration = Duration::minutes(1);

impl Service {
    pub(crate) async fn alarms(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<Alarm>, PaymentError> {
        access::see_payments(actor)?;
        let (db, by) = (self.env.pool.read(), [Column::At, Column::Id]);
        let key = |row: &Model| (row.at, row.id);
        let view = |row: Model| {
            Ok(Alarm {
                id: row.id,
                payment: row.payment_id,
                message: row.message,
                at: row.at,
            })
        };
        paging::newest(db, Entity::find(), by, &page, key, view).await
    }

    /// Of a provider that is known. Whoever sends it is told the same, also where this cannot be kept.
    pub(super) async fn note_refusal(&self, provider: &str, why: &'static str) {
        tracing::warn!(provider, why, "a notification was refused");
        let now = self.env.now();
        let kept = db::exec(
            self.env.pool.write(),
            include_str!("../sql/notification_refused.sql"),
            values![
                provider.to_owned(),
                why.to_owned(),
                now,
                now - REFUSALS_EVERY
            ],
        );
        if let Err(error) = kept.await {
            tracing::warn!(provider, %error, "a refused notification could not be kept");
        }
    }
}
