//! Transfers that were asked of a provider which is not configured any more: nobody will be told what became of
//! them, and an operator who has looked there says it.

use feira_kernel::{
    FieldError,
    db::{self, Change, Find},
    validate::TAKEN,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use time::Duration;

use super::Service;
use crate::{
    PaymentError, PayoutId, TransferState,
    entities::payout_transfer::{ActiveModel, Column, Entity, Model},
};

/// So long nobody has asked for it.
const UNTOUCHED: Duration = Duration::hours(1);

impl Service {
    /// Whether nobody will ever be told what became of it: it was asked of a provider that is
    /// not here any more, or pays no stores, and not lately.
    pub(super) fn is_orphaned(&self, row: &Model) -> bool {
        let now = self.providers.now();
        // One that is here and cannot be used as it was entered is mended, and asked again.
        let asks = now.named(&row.provider).is_some_and(|one| {
            let adapter = one.usable();
            adapter.is_none_or(|adapter| adapter.paying().is_some())
        });
        // A process that knows the provider may be at it.
        let old = self.env.now() - row.updated_at >= UNTOUCHED;
        row.state == TransferState::Asked && !asks && old
    }

    /// Somebody says that an orphaned one was made, under this reference; whether there is such a one.
    pub(super) async fn orphan_was_made(
        &self,
        tx: &db::Tx,
        id: PayoutId,
        reference: &str,
    ) -> Result<bool, PaymentError> {
        let row: Option<Model> = Entity::find_by_id(id).row(&**tx).await?;
        let Some(row) = row.filter(|row| self.is_orphaned(row)) else {
            return Ok(false);
        };
        let same = Entity::find()
            .filter(Column::Provider.eq(row.provider.as_str()))
            .filter(Column::TransferId.eq(reference));
        if same.row(&**tx).await?.is_some() {
            let why = "another payout has this reference";
            return Err(FieldError::new("/reference", TAKEN, why).into());
        }
        let made = Entity::update_many()
            .set(ActiveModel {
                state: Set(TransferState::Made),
                transfer_id: Set(Some(reference.to_owned())),
                trouble: Set(None),
                told: Set(None),
                next_attempt_at: Set(None),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::PayoutId.eq(id))
            .filter(Column::State.eq(TransferState::Asked));
        Ok(made.run(&**tx).await? == 1)
    }
}
