//! Providers that operators remove.

use feira_kernel::{
    Actor, Versions, audit,
    db::{self, Change, Find},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, entering::locked};
use crate::{
    PaymentError,
    acts::PROVIDER_REMOVED,
    entities::{
        payment,
        payment_method::{self, SavedStatus},
        payout_transfer,
        provider::{ActiveModel, Column, Entity, Model},
    },
};

impl Service {
    pub(super) async fn drop_provider(
        &self,
        by: &Actor,
        name: String,
        expected: Option<Versions>,
    ) -> Result<(), PaymentError> {
        self.is_operators(&name).await?;
        let input = (self.clone(), by.clone(), name, expected);
        self.env
            .pool
            .transaction(input, |tx, (service, by, name, expected)| {
                Box::pin(async move {
                    service.lock_providers(tx).await?;
                    let row = locked(tx, &name, expected.as_ref()).await?;
                    service.remove_entered(tx, &by, row).await
                })
            })
            .await?;
        Ok(self.providers.changed().await?)
    }

    /// A payment that another process begins in this moment is told by its job `payment.stuck`.
    async fn remove_entered(
        &self,
        tx: &db::Tx,
        by: &Actor,
        row: Model,
    ) -> Result<(), PaymentError> {
        let paid = payment::Entity::find().filter(payment::Column::Gateway.eq(row.name.as_str()));
        // Cards that it keeps could not be paid with any more, nor be removed there by their holders.
        let keeps = payment_method::Entity::find()
            .filter(payment_method::Column::Provider.eq(row.name.as_str()))
            .filter(payment_method::Column::Setup.is_not_null())
            .filter(payment_method::Column::Status.eq(SavedStatus::Kept));
        // Nor could what is on its way to a store, or is to come back, be asked for.
        let pays = payout_transfer::Entity::find()
            .filter(payout_transfer::Column::Provider.eq(row.name.as_str()))
            .limit(1);
        let pays = pays.row(&**tx).await?.is_some();
        if pays
            || paid.limit(1).row(&**tx).await?.is_some()
            || keeps.limit(1).row(&**tx).await?.is_some()
        {
            return Err(PaymentError::ProviderUsed);
        }
        let now = self.env.now();
        let gone = Entity::update_many()
            .set(ActiveModel {
                takes_new: Set(false),
                settings: Set(json!({})),
                secrets: Set(json!({})),
                removed_at: Set(Some(now)),
                version: Set(row.version + 1),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id));
        gone.run(&**tx).await?;
        let details = json!({"provider": row.name, "kind": row.kind});
        audit::record(tx, &self.env, by, PROVIDER_REMOVED, row.id, details).await?;
        Ok(())
    }
}
