//! What operators enter of providers: checked as the settings are at the start, kept under the seal, and known
//! to this process when it is answered.

use feira_kernel::{
    Actor, FieldError, Versions, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::TAKEN,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{Service, entered::checked, rows::internal};
use crate::{
    KindName, NewProvider, PaymentError, PaymentStatus, ProviderChange, ProviderConfig,
    ProviderMove, ProviderOverview, ProviderSource,
    acts::{PROVIDER_ADDED, PROVIDER_CHANGED},
    entities::{
        payment,
        provider::{ActiveModel, Column, Entity, Model, kept},
        provider_version,
    },
    field_codes::{PAYEE_IN_USE, PROVIDER_NAME},
    provider::{KeptSecrets, is_name, sealed},
};

/// More than anybody has contracts; removed ones do not count.
const MOST_PROVIDERS: usize = 50;
/// Fields that say whom a provider pays: every charge is compared with them.
const PAYEES: [&str; 2] = ["account", "pix_key"];

impl Service {
    pub(super) async fn enter_provider(
        &self,
        by: &Actor,
        new: NewProvider,
        keyed: Option<Keyed>,
    ) -> Result<ProviderOverview, PaymentError> {
        self.providers.refresh().await?;
        if !is_name(&new.name) {
            let detail = "small letters, digits, - and _, at most 32";
            return Err(FieldError::new("/name", PROVIDER_NAME, detail).into());
        }
        let config = checked(self, &new.name, new.kind, None, &new.settings)?;
        let secrets = self.seal_secrets(&new.name, &config, KeptSecrets::new())?;
        let input = (self.clone(), by.clone(), new.name, config, secrets, keyed);
        let name = self
            .env
            .pool
            .transaction(input, |tx, (service, by, name, config, secrets, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &name);
                    if let Some(known) = known.await? {
                        return Ok(known);
                    }
                    service
                        .add_entered(tx, &by, &name, &config, secrets)
                        .await?;
                    Ok::<_, PaymentError>(name)
                })
            })
            .await?;
        self.as_read_again(&name).await
    }

    async fn add_entered(
        &self,
        tx: &db::Tx,
        by: &Actor,
        name: &str,
        config: &ProviderConfig,
        secrets: KeptSecrets,
    ) -> Result<(), PaymentError> {
        self.lock_providers(tx).await?;
        self.is_name_free(tx, name).await?;
        let all = kept().rows(&**tx).await?;
        if all.len() >= MOST_PROVIDERS {
            return Err(FieldError::too_many("", MOST_PROVIDERS).into());
        }
        let last = all.last().map_or(0, |last| last.position);
        let (id, now) = (self.env.uuid(), self.env.now());
        let row = ActiveModel {
            id: Set(id),
            name: Set(name.to_owned()),
            kind: Set(config.kind.as_str().to_owned()),
            takes_new: Set(true),
            position: Set(last + 1),
            settings: Set(json!(config.open())),
            secrets: Set(json!(secrets)),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        Entity::insert(row).run(&**tx).await?;
        let fields: Vec<&String> = secrets.keys().collect();
        let details = json!({"provider": name, "kind": config.kind, "secrets": fields});
        audit::record(tx, &self.env, by, PROVIDER_ADDED, id, details).await?;
        Ok(())
    }

    /// A name is one provider's for ever: those of the settings, those that were removed, and those that only
    /// payments still tell of.
    async fn is_name_free(&self, tx: &db::Tx, name: &str) -> Result<(), PaymentError> {
        let entered = Entity::find().filter(Column::Name.eq(name));
        let paid = payment::Entity::find().filter(payment::Column::Gateway.eq(name));
        let taken = self.providers.now().named(name).is_some()
            || entered.limit(1).row(&**tx).await?.is_some()
            || paid.limit(1).row(&**tx).await?.is_some();
        match taken {
            true => {
                let detail = "this name is, or was, another provider's";
                Err(FieldError::new("/name", TAKEN, detail).into())
            }
            false => Ok(()),
        }
    }

    pub(super) async fn alter_provider(
        &self,
        by: &Actor,
        name: String,
        change: ProviderChange,
    ) -> Result<ProviderOverview, PaymentError> {
        self.is_operators(&name).await?;
        let input = (self.clone(), by.clone(), name.clone(), change);
        self.env
            .pool
            .transaction(input, |tx, (service, by, name, change)| {
                Box::pin(async move { service.alter_entered(tx, &by, &name, change).await })
            })
            .await?;
        self.as_read_again(&name).await
    }

    async fn alter_entered(
        &self,
        tx: &db::Tx,
        by: &Actor,
        name: &str,
        change: ProviderChange,
    ) -> Result<(), PaymentError> {
        self.lock_providers(tx).await?;
        let row = locked(tx, name, change.expected_version.as_ref()).await?;
        let mut details = json!({"provider": name});
        let mut new = ActiveModel {
            version: Set(row.version + 1),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        if let Some(settings) = &change.settings {
            let open = row
                .open()
                .map_err(|_| internal("a kind that is not known"))?;
            let kind = open.kind;
            let config = checked(self, name, kind, Some(&row), settings)?;
            keeps_payee(tx, name, &open, &config).await?;
            let before = row.kept_secrets().unwrap_or_default();
            let entered = ProviderConfig::entered(kind, settings);
            let secrets = self.seal_secrets(name, &entered, before)?;
            let there = config.secrets();
            let secrets: KeptSecrets = secrets
                .into_iter()
                .filter(|(field, _)| there.contains_key(field))
                .collect();
            new.settings = Set(json!(config.open()));
            new.secrets = Set(json!(secrets));
            let changed: Vec<&String> = settings.0.keys().collect();
            details["fields"] = json!(changed);
        }
        if let Some(takes_new) = change.takes_new {
            new.takes_new = Set(takes_new);
            details["takes_new"] = json!(takes_new);
        }
        Entity::update_many()
            .set(new)
            .filter(Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        if let Some(moved) = change.moved {
            self.shift_entered(tx, row.id, moved).await?;
            details["moved"] = json!(moved);
        }
        audit::record(tx, &self.env, by, PROVIDER_CHANGED, row.id, details).await?;
        Ok(())
    }

    /// One place up or down: all are numbered anew, because their numbers need not be one apart.
    async fn shift_entered(
        &self,
        tx: &db::Tx,
        id: Uuid,
        to: ProviderMove,
    ) -> Result<(), PaymentError> {
        let all = kept().rows(&**tx).await?;
        let mut ids: Vec<Uuid> = all.into_iter().map(|row| row.id).collect();
        let at = ids.iter().position(|one| *one == id).unwrap_or_default();
        let other = match to {
            ProviderMove::Up => at.checked_sub(1),
            ProviderMove::Down => Some(at + 1).filter(|other| *other < ids.len()),
        };
        let Some(other) = other else { return Ok(()) };
        ids.swap(at, other);
        for (id, position) in ids.into_iter().zip(1..) {
            let row = ActiveModel {
                position: Set(position),
                ..Default::default()
            };
            let moved = Entity::update_many().set(row).filter(Column::Id.eq(id));
            moved.run(&**tx).await?;
        }
        Ok(())
    }

    /// Refused where it is not an operator's to change.
    pub(super) async fn is_operators(&self, name: &str) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let now = self.providers.now();
        match now.named(name).map(|one| one.source) {
            Some(ProviderSource::Operator) => Ok(()),
            Some(ProviderSource::Settings) => Err(PaymentError::ProviderConfigured),
            // Perhaps another process knows it already.
            None => Ok(()),
        }
    }

    /// The lock of the lists of providers and rules, by which other processes see that they have changed.
    pub(super) async fn lock_providers(&self, tx: &db::Tx) -> Result<(), PaymentError> {
        let next = provider_version::Entity::update_many()
            .set(provider_version::ActiveModel {
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .col_expr(
                provider_version::Column::Version,
                Expr::col(provider_version::Column::Version).add(1),
            )
            .filter(provider_version::Column::Id.eq(provider_version::ONLY));
        match next.run(&**tx).await? {
            1 => Ok(()),
            _ => Err(internal("the number of changes of providers is not there")),
        }
    }

    /// As it is once this process has read it.
    async fn as_read_again(&self, name: &str) -> Result<ProviderOverview, PaymentError> {
        self.providers.changed().await?;
        self.overview(name).await
    }

    /// The secrets of a configuration under the seal, with those that were there before.
    fn seal_secrets(
        &self,
        name: &str,
        config: &ProviderConfig,
        mut kept: KeptSecrets,
    ) -> Result<KeptSecrets, PaymentError> {
        let secrets = config.secrets();
        if secrets.is_empty() {
            return Ok(kept);
        }
        let seal = self.providers.seal();
        let seal = seal.ok_or_else(|| internal("there is no key under which keys are kept"))?;
        let (entropy, now) = (&self.env.entropy, self.env.now());
        for (field, secret) in secrets {
            let secret = sealed(seal, entropy, name, &field, &secret, now);
            kept.insert(field, secret);
        }
        Ok(kept)
    }
}

/// What is paid to another payee than the present one is lost sight of: none is changed while payments are open.
/// Not seen: one that begins in this moment, or within seconds by a process that has not read the change.
async fn keeps_payee(
    tx: &db::Tx,
    name: &str,
    before: &ProviderConfig,
    new: &ProviderConfig,
) -> Result<(), PaymentError> {
    let mut payees = PAYEES.into_iter();
    let changed = payees.find(|field| before.text(field) != new.text(field));
    // Of one by hand the payee is not compared.
    let Some(field) = changed.filter(|_| new.kind != KindName::Manual) else {
        return Ok(());
    };
    let open = payment::Entity::find()
        .filter(payment::Column::Gateway.eq(name))
        .filter(payment::Column::NextPollAt.is_not_null())
        .filter(payment::Column::Status.is_in([PaymentStatus::Pending, PaymentStatus::Authorized]));
    if open.limit(1).row(&**tx).await?.is_none() {
        return Ok(());
    }
    let detail = "payments to the present one are open: switch it off first, or enter another";
    Err(FieldError::new(format!("/settings/{field}"), PAYEE_IN_USE, detail).into())
}

/// The row, in a version that the author of the change has seen.
pub(super) async fn locked(
    tx: &db::Tx,
    name: &str,
    expected: Option<&Versions>,
) -> Result<Model, PaymentError> {
    let found = Entity::find()
        .filter(Column::Name.eq(name))
        .limit(1)
        .lock_exclusive()
        .row(&**tx)
        .await?;
    let row = found.filter(|row| row.removed_at.is_none());
    let row = row.ok_or(PaymentError::NoSuchProvider)?;
    match expected {
        Some(seen) if !seen.allow(row.version) => Err(PaymentError::VersionMismatch),
        _ => Ok(row),
    }
}
