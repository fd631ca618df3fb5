//! Accounts of stores: opened once per idempotency key; their holders give what is missing on a page, take what
//! is there, and find them closed again. The marketplace is told of each change.

use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use super::{
    Sandbox, SandboxError,
    entities::{
        account::{ActiveModel, Column, Entity, Model},
        webhook_event,
    },
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// Whom the marketplace means.
    store: String,
    name: String,
}

/// Where the holder goes from the page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLink {
    back: String,
}

/// Whether it takes money from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    open: bool,
}

impl Opening {
    pub(super) fn opened() -> Self {
        Self { open: true }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct AccountView {
    id: String,
    idempotency_key: String,
    name: String,
    submitted: bool,
    takes_transfers: bool,
    pays_out: bool,
    missing: Vec<&'static str>,
    disabled_reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct LinkView {
    url: String,
}

impl From<Model> for AccountView {
    fn from(account: Model) -> Self {
        Self {
            id: account.id,
            idempotency_key: account.idempotency_key,
            name: account.name,
            submitted: account.submitted,
            takes_transfers: account.open,
            pays_out: account.open,
            missing: if account.open {
                vec![]
            } else {
                vec!["bank_account"]
            },
            disabled_reason: (!account.open).then_some("requirements.past_due"),
        }
    }
}

impl Sandbox {
    /// The account of this key; opened if there is none.
    pub(super) async fn open_account(
        &self,
        key: &str,
        new: &NewAccount,
    ) -> Result<AccountView, SandboxError> {
        let short = |text: &str| (1..=255).contains(&text.len());
        if !(short(key) && short(&new.store) && short(&new.name)) {
            let reason = "the key, the store and the name have from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let env = &self.0.env;
        let row = ActiveModel {
            id: Set(self.id("acct")),
            idempotency_key: Set(key.to_owned()),
            store: Set(new.store.clone()),
            name: Set(new.name.clone()),
            created_at: Set(env.now()),
            ..Default::default()
        };
        let once = OnConflict::column(Column::IdempotencyKey)
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row).on_conflict(once);
        insert.run(env.pool.write()).await?;
        let known = Entity::find().filter(Column::IdempotencyKey.eq(key));
        let known = known.row(env.pool.read()).await?;
        let known = known.ok_or(SandboxError::NotFound)?;
        if known.store == new.store {
            return Ok(known.into());
        }
        let reason = "the key was used for another store".to_owned();
        Err(SandboxError::Invalid(reason))
    }

    pub(super) async fn account(&self, id: &str) -> Result<Model, SandboxError> {
        let found = Entity::find_by_id(id).row(self.0.env.pool.read()).await?;
        found.ok_or(SandboxError::NotFound)
    }

    pub(super) async fn account_view(&self, id: &str) -> Result<AccountView, SandboxError> {
        Ok(self.account(id).await?.into())
    }

    pub(super) async fn account_link(
        &self,
        id: &str,
        new: &NewLink,
    ) -> Result<LinkView, SandboxError> {
        let web = ["https://", "http://"];
        if new.back.len() > 2048 || !web.iter().any(|begin| new.back.starts_with(begin)) {
            let reason = "back is an address of the web".to_owned();
            return Err(SandboxError::Invalid(reason));
        }
        let linked = Entity::update_many()
            .set(ActiveModel {
                back: Set(Some(new.back.clone())),
                updated_at: Set(self.0.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(id));
        if linked.run(self.0.env.pool.write()).await? == 0 {
            return Err(SandboxError::NotFound);
        }
        let site = self.0.settings.public_url.trim_end_matches('/');
        Ok(LinkView {
            url: format!("{site}/sandbox/accounts/{id}"),
        })
    }

    /// The holder has given all, or somebody closes it.
    pub(super) async fn set_account(
        &self,
        id: &str,
        opening: &Opening,
    ) -> Result<Model, SandboxError> {
        let input = (self.clone(), id.to_owned(), opening.open);
        let pool = &self.0.env.pool;
        let changed: Result<(), SandboxError> = pool
            .transaction(input, |tx, (sandbox, id, open)| {
                Box::pin(async move { sandbox.write_account(tx, &id, open).await })
            })
            .await;
        changed?;
        self.tell();
        self.account(id).await
    }

    async fn write_account(&self, tx: &db::Tx, id: &str, open: bool) -> Result<(), SandboxError> {
        let now = self.0.env.now();
        let mut change = ActiveModel {
            open: Set(open),
            updated_at: Set(now),
            ..Default::default()
        };
        if open {
            change.submitted = Set(true);
        }
        let changed = Entity::update_many().set(change).filter(Column::Id.eq(id));
        if changed.run(&**tx).await? == 0 {
            return Err(SandboxError::NotFound);
        }
        let event = webhook_event::ActiveModel {
            id: Set(self.id("evt")),
            kind: Set("account.updated".to_owned()),
            charge_id: Set(id.to_owned()),
            attempts: Set(0),
            next_attempt_at: Set(Some(now)),
            created_at: Set(now),
            ..Default::default()
        };
        webhook_event::Entity::insert(event).run(&**tx).await?;
        Ok(())
    }

    /// The holder takes all that is there.
    pub(super) async fn drain_account(&self, id: &str) -> Result<AccountView, SandboxError> {
        let input = (self.clone(), id.to_owned());
        let pool = &self.0.env.pool;
        let taken: Result<(), SandboxError> = pool
            .transaction(input, |tx, (sandbox, id)| {
                Box::pin(async move {
                    let found = Entity::find_by_id(id.as_str()).lock_exclusive();
                    let found = found.row(&**tx).await?;
                    let before = found.ok_or(SandboxError::NotFound)?.withdrawn;
                    let there = in_account(tx, &id).await?;
                    let change = Entity::update_many()
                        .set(ActiveModel {
                            withdrawn: Set(before + there.max(0)),
                            updated_at: Set(sandbox.0.env.now()),
                            ..Default::default()
                        })
                        .filter(Column::Id.eq(id.as_str()));
                    change.run(&**tx).await?;
                    Ok(())
                })
            })
            .await;
        taken?;
        self.account_view(id).await
    }
}

/// What is in it, in minor units.
pub(super) async fn in_account(tx: &db::Tx, id: &str) -> Result<i64, SandboxError> {
    let sql = include_str!("sql/account_balance.sql");
    let there: Option<i64> = db::scalar(&**tx, sql, values![id]).await?;
    Ok(there.unwrap_or_default())
}
