//! Adding a card that a provider keeps: the row first, then one call to the provider; its holder sends the
//! card there, and then the provider is asked what it keeps.

use feira_kernel::{
    Actor, FieldError, IdempotencyKey, UserId,
    db::{self, Change, Find, Secret},
    idempotency::{self, Keyed},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::{Service, rows::internal, saved_methods::locked};
use crate::{
    AddingMethod, PaymentError, SavedMethod, SavedMethodId, access,
    entities::payment_method::{ActiveModel, Column, Entity, Model, SavedStatus},
    provider::{self, Failure, KeptCard, NewSetup, Provider, Setup, SetupFact},
    saved::{ADDING, MOST, MOST_ADDING},
};

impl Service {
    pub(crate) async fn add_saved_method(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<AddingMethod, PaymentError> {
        let user = access::shopper(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.providers.refresh().await?;
        let known: Option<SavedMethodId> = idempotency::earlier(&self.env, keyed.as_ref()).await?;
        let id = match known {
            Some(known) => known,
            None => self.begin_adding(user, keyed).await?,
        };
        let row = self.method_of(user, id).await?;
        if row.status == SavedStatus::Removed {
            return Err(PaymentError::NoSuchMethod);
        }
        let provider = self.provider(&row.provider)?;
        let setup = match &row.setup {
            Some(setup) => self.setup_at(provider.as_ref(), setup).await?,
            None => self.set_up(provider.as_ref(), &row).await?,
        };
        let now = self.providers.now();
        Ok(AddingMethod {
            id,
            kind: now.named(&row.provider).and_then(|one| one.kind),
            client_secret: setup.client_secret.0,
        })
    }

    async fn begin_adding(
        &self,
        user: UserId,
        keyed: Option<Keyed>,
    ) -> Result<SavedMethodId, PaymentError> {
        let provider = self.providers.saving().ok_or(PaymentError::NotOffered)?;
        let fresh = SavedMethodId(self.env.uuid());
        let input = (self.clone(), provider.name().to_owned(), keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, provider, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &fresh);
                    if let Some(known) = known.await? {
                        return Ok(known);
                    }
                    service.insert_adding(tx, user, fresh, provider).await?;
                    Ok::<_, PaymentError>(fresh)
                })
            })
            .await
    }

    async fn insert_adding(
        &self,
        tx: &db::Tx,
        user: UserId,
        id: SavedMethodId,
        provider: String,
    ) -> Result<(), PaymentError> {
        let rows = locked(tx, user).await?;
        let now = self.env.now();
        let adding = rows.iter().filter(|row| row.status == SavedStatus::Adding);
        let (old, open): (Vec<&Model>, Vec<&Model>) =
            adding.partition(|row| now - row.created_at >= ADDING);
        for row in old {
            self.give_up(tx, row).await?;
        }
        if kept_count(&rows) >= MOST {
            return Err(FieldError::too_many("", MOST).into());
        }
        if open.len() >= MOST_ADDING {
            return Err(FieldError::too_many("", MOST_ADDING).into());
        }
        let row = ActiveModel {
            id: Set(id),
            user_id: Set(user),
            provider: Set(provider),
            status: Set(SavedStatus::Adding),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        Entity::insert(row).run(&**tx).await?;
        Ok(())
    }

    async fn give_up(&self, tx: &db::Tx, row: &Model) -> Result<(), PaymentError> {
        let now = self.env.now();
        let gone = Entity::update_many()
            .set(ActiveModel {
                status: Set(SavedStatus::Removed),
                removed_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id));
        gone.run(&**tx).await?;
        Ok(())
    }

    /// Asks the provider for it under the row's id, and keeps what it is called there.
    async fn set_up(&self, provider: &dyn Provider, row: &Model) -> Result<Setup, PaymentError> {
        let new = NewSetup {
            id: row.id,
            user: row.user_id,
            customer: self.customer_at(row.user_id, &row.provider).await?,
        };
        let asked = provider::by(self.settings.charge_deadline, provider.setup(&new)).await;
        self.note(provider.name(), &asked).await;
        let setup = asked.map_err(unanswered)?;
        let known = Entity::update_many()
            .set(ActiveModel {
                customer: Set(Some(setup.customer.clone())),
                setup: Set(Some(setup.id.clone())),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::Setup.is_null());
        known.run(self.env.pool.write()).await?;
        Ok(setup)
    }

    /// What the provider calls a person for whom it keeps, or kept, something.
    async fn customer_at(
        &self,
        user: UserId,
        provider: &str,
    ) -> Result<Option<Secret>, PaymentError> {
        let found = Entity::find()
            .filter(Column::UserId.eq(user))
            .filter(Column::Provider.eq(provider))
            .filter(Column::Customer.is_not_null())
            .order_by_asc(Column::Id)
            .limit(1);
        let row = found.row(self.env.pool.read()).await?;
        Ok(row.and_then(|row| row.customer))
    }

    async fn setup_at(&self, provider: &dyn Provider, id: &Secret) -> Result<Setup, PaymentError> {
        let asked = provider::by(self.settings.charge_deadline, provider.setup_now(id)).await;
        self.note(provider.name(), &asked).await;
        asked.map_err(unanswered)
    }

    pub(crate) async fn finish_saved_method(
        &self,
        actor: &Actor,
        id: SavedMethodId,
    ) -> Result<SavedMethod, PaymentError> {
        let user = access::shopper(actor)?;
        self.providers.refresh().await?;
        let row = self.method_of(user, id).await?;
        match row.status {
            SavedStatus::Kept => return self.shown(user, id).await,
            SavedStatus::Removed => return Err(PaymentError::NoSuchMethod),
            SavedStatus::Adding => {}
        }
        let setup = row.setup.as_ref().ok_or(PaymentError::MethodNotConfirmed)?;
        let provider = self.provider(&row.provider)?;
        let setup = self.setup_at(provider.as_ref(), setup).await?;
        let card = match setup.fact {
            SetupFact::Kept(card) => card,
            SetupFact::Waiting | SetupFact::Ended => {
                return Err(PaymentError::MethodNotConfirmed);
            }
        };
        if row.customer.as_ref() != Some(&setup.customer) {
            return Err(internal("the provider keeps the card for somebody else"));
        }
        let input = (self.clone(), card);
        self.env
            .pool
            .transaction(input, move |tx, (service, card)| {
                Box::pin(async move { service.keep_card(tx, user, id, card).await })
            })
            .await?;
        self.shown(user, id).await
    }

    async fn keep_card(
        &self,
        tx: &db::Tx,
        user: UserId,
        id: SavedMethodId,
        card: KeptCard,
    ) -> Result<(), PaymentError> {
        let rows = locked(tx, user).await?;
        let row = rows.iter().find(|row| row.id == id);
        let row = row.ok_or(PaymentError::NoSuchMethod)?;
        if row.status == SavedStatus::Kept {
            return Ok(());
        }
        if kept_count(&rows) >= MOST {
            return Err(FieldError::too_many("", MOST).into());
        }
        let kept = Entity::update_many()
            .set(ActiveModel {
                status: Set(SavedStatus::Kept),
                token: Set(Some(card.token)),
                brand: Set(Some(card.brand)),
                last4: Set(Some(card.last4)),
                expiry_month: Set(Some(card.expiry_month)),
                expiry_year: Set(Some(card.expiry_year)),
                is_default: Set(!rows.iter().any(|row| row.is_default)),
                version: Set(row.version + 1),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(id));
        kept.run(&**tx).await?;
        Ok(())
    }
}

fn kept_count(rows: &[Model]) -> usize {
    let kept = rows.iter().filter(|row| row.status == SavedStatus::Kept);
    kept.count()
}

/// Nothing was kept, or removed: it may be asked again. A refusal is in the provider's overview.
pub(super) fn unanswered(failure: Failure) -> PaymentError {
    match failure {
        Failure::NotFound => PaymentError::NoSuchMethod,
        Failure::NotSupported => PaymentError::NotOffered,
        Failure::Unknown(_)
        | Failure::Refused(_)
        | Failure::Misconfigured(_)
        | Failure::GivenBack => PaymentError::ProviderUnavailable,
    }
}
