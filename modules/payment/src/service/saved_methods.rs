//! What people keep to pay with: shown to them, made the default, and looked up where they pay with it.

use feira_kernel::{
    Actor, UserId, Versions,
    db::{self, Change, Find, Secret},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::{Service, rows::internal};
use crate::{
    Method, PaymentError, SavedMethod, SavedMethodChange, SavedMethodId, access,
    entities::payment_method::{ActiveModel, Column, Entity, Model, SavedStatus},
    saved::{self, MOST, MOST_ADDING},
};

/// A few more than there may be: two may begin at the same time.
const MOST_ROWS: u64 = 2 * (MOST as u64 + MOST_ADDING as u64);

/// A saved card as its provider is told of it.
pub(super) struct Vaulted {
    pub(super) provider: String,
    pub(super) customer: Secret,
    pub(super) token: Secret,
}

impl Service {
    pub(crate) async fn saved_methods(
        &self,
        actor: &Actor,
    ) -> Result<Vec<SavedMethod>, PaymentError> {
        let user = access::shopper(actor)?;
        let found = Entity::find()
            .filter(Column::UserId.eq(user))
            .filter(Column::Status.eq(SavedStatus::Kept))
            .order_by_asc(Column::Id)
            .limit(MOST_ROWS);
        let rows = found.rows(self.env.pool.read()).await?;
        let now = self.env.now();
        Ok(rows.iter().filter_map(|row| row.view(now)).collect())
    }

    pub(crate) async fn change_saved_method(
        &self,
        actor: &Actor,
        id: SavedMethodId,
        change: SavedMethodChange,
    ) -> Result<SavedMethod, PaymentError> {
        let user = access::shopper(actor)?;
        let input = (self.clone(), change);
        self.env
            .pool
            .transaction(input, move |tx, (service, change)| {
                Box::pin(async move { service.change_default(tx, user, id, change).await })
            })
            .await?;
        self.shown(user, id).await
    }

    async fn change_default(
        &self,
        tx: &db::Tx,
        user: UserId,
        id: SavedMethodId,
        change: SavedMethodChange,
    ) -> Result<(), PaymentError> {
        let rows = locked(tx, user).await?;
        let row = kept(&rows, id)?;
        as_seen(change.expected_version.as_ref(), row)?;
        let Some(is_default) = change.is_default else {
            return Ok(());
        };
        let other = rows.iter().find(|row| row.is_default && row.id != id);
        if let Some(other) = other.filter(|_| is_default) {
            self.set_default(tx, other, false).await?;
        }
        self.set_default(tx, row, is_default).await
    }

    /// One version further, also where it was so already: whoever said it has decided.
    pub(super) async fn set_default(
        &self,
        tx: &db::Tx,
        row: &Model,
        is_default: bool,
    ) -> Result<(), PaymentError> {
        let set = ActiveModel {
            is_default: Set(is_default),
            version: Set(row.version + 1),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let changed = Entity::update_many().set(set).filter(Column::Id.eq(row.id));
        changed.run(&**tx).await?;
        Ok(())
    }

    /// The row of a person, whatever became of it.
    pub(super) async fn method_of(
        &self,
        user: UserId,
        id: SavedMethodId,
    ) -> Result<Model, PaymentError> {
        let found = Entity::find_by_id(id).filter(Column::UserId.eq(user));
        let row = found.row(self.env.pool.read()).await?;
        row.ok_or(PaymentError::NoSuchMethod)
    }

    pub(super) async fn shown(
        &self,
        user: UserId,
        id: SavedMethodId,
    ) -> Result<SavedMethod, PaymentError> {
        let row = self.method_of(user, id).await?;
        row.view(self.env.now()).ok_or(PaymentError::NoSuchMethod)
    }

    /// The saved card that this is paid with, if it is: the payer's own, and one that has not expired.
    pub(super) async fn vaulted(
        &self,
        method: &Method,
        payer: Option<UserId>,
    ) -> Result<Option<Vaulted>, PaymentError> {
        let Method::SavedCard { saved, .. } = method else {
            return Ok(None);
        };
        let payer = payer.ok_or_else(saved::unknown)?;
        let row = match self.method_of(payer, *saved).await {
            Err(PaymentError::NoSuchMethod) => return Err(saved::unknown()),
            other => other?,
        };
        let card = row.view(self.env.now()).ok_or_else(saved::unknown)?;
        if card.expired {
            return Err(saved::expired());
        }
        let names = row.customer.zip(row.token);
        let (customer, token) =
            names.ok_or_else(|| internal("a card that is kept has no name at its provider"))?;
        Ok(Some(Vaulted {
            provider: row.provider,
            customer,
            token,
        }))
    }
}

/// All of a person that are not removed, oldest first: locked in this order, so that one change of her
/// methods follows the other.
pub(super) async fn locked(tx: &db::Tx, user: UserId) -> Result<Vec<Model>, PaymentError> {
    let found = Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Status.ne(SavedStatus::Removed))
        .order_by_asc(Column::Id)
        .limit(MOST_ROWS)
        .lock_exclusive();
    Ok(found.rows(&**tx).await?)
}

pub(super) fn kept(rows: &[Model], id: SavedMethodId) -> Result<&Model, PaymentError> {
    let mut kept = rows.iter().filter(|row| row.status == SavedStatus::Kept);
    let found = kept.find(|row| row.id == id);
    found.ok_or(PaymentError::NoSuchMethod)
}

pub(super) fn as_seen(expected: Option<&Versions>, row: &Model) -> Result<(), PaymentError> {
    match expected {
        Some(seen) if !seen.allow(row.version) => Err(PaymentError::VersionMismatch),
        _ => Ok(()),
    }
}
