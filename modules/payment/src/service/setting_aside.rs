//! Setting aside what a refund gives back, under the payment's lock.

use feira_kernel::{
    Money,
    db::{self, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Service,
    previewing::{meant, of_one_store, rest},
    refunding::{RETRY_SECONDS, RefundRow},
    rows,
    split_rows::{self, SplitRow},
};
use crate::{
    NewRefund, PaymentError, RefundId, RefundStatus,
    entities::{payment, refund},
    reversal::Bearer,
    status,
};

impl Service {
    /// The known refund of this key, or a new one whose parts are set aside: under the payment's
    /// lock, so that refunds of one payment cannot pass each other.
    pub(super) async fn reserve(
        &self,
        tx: &db::Tx,
        refund: &NewRefund,
    ) -> Result<(RefundRow, bool), PaymentError> {
        let payment = rows::lock(tx, refund.payment).await?;
        if let Some(known) = known(tx, refund, &payment).await? {
            return Ok((known, false));
        }
        let splits = split_rows::splits(&**tx, payment.id).await?;
        status::gives_back(payment.status, splits.iter().any(SplitRow::is_paid_leg))?;
        of_one_store(&splits, refund.parts.len())?;
        let (total, meant) = match refund.parts.is_empty() {
            true => rest(&payment, &splits, refund.rest_of)?,
            false => meant(&payment, &splits, &refund.parts)?,
        };
        self.can_give_back(&payment, total)?;
        let count = meant.len();
        let parts: (Vec<Uuid>, Vec<Decimal>) = meant
            .iter()
            .map(|(split, amount)| (split.id, amount.amount()))
            .unzip();
        let keeps_commission = self.keeps_commission(refund.borne_by);
        let row = RefundRow {
            id: RefundId(self.env.uuid()),
            payment_id: payment.id,
            amount: total.amount(),
            currency: total.currency().code().to_owned(),
            status: RefundStatus::Pending,
            bearer: Bearer::of(refund.borne_by, keeps_commission),
            came_back: false,
            given_back_there: false,
            reference: None,
            gateway: payment.gateway,
            charge: payment.transaction_id,
            told: None,
            withdrawn: false,
            attempts: 0,
            created_at: self.env.now(),
        };
        let now = row.created_at;
        let again = now + self.settings.charge_deadline + time::Duration::seconds(RETRY_SECONDS);
        let reserved = db::exec(
            &**tx,
            include_str!("../sql/reserve_refund.sql"),
            values![
                row.id,
                refund.key,
                row.payment_id,
                row.amount,
                row.currency.clone(),
                refund.reason.clone(),
                again,
                now,
                parts.0,
                parts.1,
                refund.borne_by,
                keeps_commission
            ],
        )
        .await?;
        if usize::try_from(reserved).ok() != Some(count) {
            return Err(PaymentError::RefundTooLarge);
        }
        self.hold_refund(tx, (row.payment_id, row.id), row.bearer, &meant)
            .await?;
        Ok((row, true))
    }
}

/// The refund of this key, which must be the same one: what "all that is left" was is decided once.
async fn known(
    tx: &db::Tx,
    asked: &NewRefund,
    payment: &payment::Model,
) -> Result<Option<RefundRow>, PaymentError> {
    let found = refund::Entity::find().filter(refund::Column::Key.eq(asked.key));
    let Some(found) = found.row(&**tx).await? else {
        return Ok(None);
    };
    if found.payment_id != payment.id {
        return Err(PaymentError::KeyReused);
    }
    let borne_by = found.borne_by;
    let row = RefundRow::of(found, payment);
    let splits = split_rows::splits(&**tx, row.payment_id).await?;
    let parts = row.parts(tx).await?;
    let same_part = |(split, amount): &(Uuid, Money)| {
        let part = splits.iter().find(|s| s.id == *split).map(|s| s.part);
        asked
            .parts
            .iter()
            .any(|asked| Some(asked.part.0) == part && asked.amount == *amount)
    };
    let of = asked.rest_of.map(|part| part.0);
    let of = splits.iter().find(|split| Some(split.part) == of);
    let same_rest = parts
        .iter()
        .all(|(split, _)| of.is_none_or(|of| of.id == *split));
    let same_parts = (asked.parts.is_empty() && same_rest)
        || (parts.len() == asked.parts.len() && parts.iter().all(same_part));
    if borne_by == asked.borne_by && same_parts {
        Ok(Some(row))
    } else {
        Err(PaymentError::KeyReused)
    }
}
