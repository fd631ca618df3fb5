//! Cards that people keep no longer.

use feira_kernel::{
    Actor, UserId, Versions, audit,
    db::{self, Change},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{
    Service,
    saved_methods::{as_seen, kept, locked},
    saving::unanswered,
};
use crate::{
    PaymentError, SavedMethodId, access,
    acts::SAVED_METHOD_REMOVED,
    entities::payment_method::{ActiveModel, Column, Entity, Model, SavedStatus},
    provider::{self, Failure},
};

impl Service {
    pub(crate) async fn remove_saved_method(
        &self,
        actor: &Actor,
        id: SavedMethodId,
        expected: Option<Versions>,
    ) -> Result<(), PaymentError> {
        let user = access::shopper(actor)?;
        self.providers.refresh().await?;
        let row = self.method_of(user, id).await?;
        kept(std::slice::from_ref(&row), id)?;
        as_seen(expected.as_ref(), &row)?;
        self.forget_at(&row).await?;
        let input = (self.clone(), actor.clone());
        self.env
            .pool
            .transaction(input, move |tx, (service, by)| {
                Box::pin(async move { service.forget_here(tx, &by, user, id).await })
            })
            .await
    }

    /// At the provider first: what is gone there and still shown here can be removed again, and a card
    /// that is only hidden would be kept there for ever.
    async fn forget_at(&self, row: &Model) -> Result<(), PaymentError> {
        let Some(token) = &row.token else {
            return Ok(());
        };
        let provider = self.provider(&row.provider)?;
        let asked = provider::by(self.settings.charge_deadline, provider.forget(token)).await;
        self.note(provider.name(), &asked).await;
        match asked {
            Ok(()) | Err(Failure::NotFound) => Ok(()),
            Err(failure) => Err(unanswered(failure)),
        }
    }

    async fn forget_here(
        &self,
        tx: &db::Tx,
        by: &Actor,
        user: UserId,
        id: SavedMethodId,
    ) -> Result<(), PaymentError> {
        let rows = locked(tx, user).await?;
        let row = kept(&rows, id)?;
        let now = self.env.now();
        let gone = Entity::update_many()
            .set(ActiveModel {
                status: Set(SavedStatus::Removed),
                token: Set(None),
                brand: Set(None),
                last4: Set(None),
                expiry_month: Set(None),
                expiry_year: Set(None),
                is_default: Set(false),
                removed_at: Set(Some(now)),
                version: Set(row.version + 1),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id));
        gone.run(&**tx).await?;
        let left = |other: &&Model| other.status == SavedStatus::Kept && other.id != id;
        let newest = rows.iter().rev().find(left);
        if let Some(newest) = newest.filter(|_| row.is_default) {
            self.set_default(tx, newest, true).await?;
        }
        let details = json!({"provider": row.provider});
        audit::record(tx, &self.env, by, SAVED_METHOD_REMOVED, id.0, details).await?;
        Ok(())
    }
}
