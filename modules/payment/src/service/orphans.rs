//! Transfers that were asked of a provider which is not configured any more: nobody will be told what became of
//! them, and an operator who has looked there says it.

use feira_kernel::{
    FieldError,
    db::{self, Change, Find},
    validate::TAKEN,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::Service;
use crate::{
    PaymentError, PayoutId, TransferState,
    entities::payout_transfer::{ActiveModel, Column, Entity, Model},
};

impl Service {
    /// Whether nobody will ever be told what became of it: it was asked of a provider that is not here any more.
    pub(super) fn is_orphaned(&self, row: &Model) -> bool {
        let there = self.providers.named(&row.provider);
        let asks = there.is_some_and(|one| one.paying().is_some());
        row.state == TransferState::Asked && !asks
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
