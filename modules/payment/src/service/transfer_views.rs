//! What sellers and operators are told of a payout that a provider transfers.

use feira_kernel::db::Find;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Service, rows};
use crate::{
    PaymentError, PayoutId, PayoutReversal, PayoutTransfer, TransferState, TransferTrouble,
    entities::{payout_transfer, transfer_reversal},
};

/// The most reversals of one payout that are told.
const MOST: u64 = 100;

impl transfer_reversal::Model {
    fn view(self) -> Result<PayoutReversal, PaymentError> {
        Ok(PayoutReversal {
            id: self.id,
            amount: rows::money(self.amount, &self.currency)?,
            state: self.state,
            reference: self.reversal_id,
            refused_why: self.refused_why,
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}

impl Service {
    pub(super) async fn transfer_of(
        &self,
        id: PayoutId,
    ) -> Result<Option<PayoutTransfer>, PaymentError> {
        let db = self.env.pool.read();
        let found = payout_transfer::Entity::find_by_id(id).row(db).await?;
        let Some(row) = found else { return Ok(None) };
        let reversals = transfer_reversal::Entity::find()
            .filter(transfer_reversal::Column::PayoutId.eq(id))
            .order_by_desc(transfer_reversal::Column::CreatedAt)
            .limit(MOST)
            .rows(db)
            .await?;
        let open = matches!(row.state, TransferState::Waiting | TransferState::Asked);
        // Nobody asks one that is not there any more.
        let gone = open && self.providers.named(&row.provider).is_none();
        Ok(Some(PayoutTransfer {
            orphaned: self.is_orphaned(&row),
            state: row.state,
            trouble: match gone {
                true => Some(TransferTrouble::Settings),
                false => row.trouble,
            },
            told: row.told,
            next_attempt_at: row.next_attempt_at,
            reversed: rows::money(row.reversed, &row.currency)?,
            reversals: reversals
                .into_iter()
                .map(transfer_reversal::Model::view)
                .collect::<Result<_, _>>()?,
            provider: row.provider,
        }))
    }
}
