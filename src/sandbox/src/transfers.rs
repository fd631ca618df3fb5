//! Transfers of the marketplace's balance to the accounts of its stores: each payout once, never more than is
//! there, and no more back than was sent and is still in the account.

use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};

use super::{
    Sandbox, SandboxError,
    accounts::in_account,
    entities::{
        account, reversal,
        transfer::{ActiveModel, Column, Entity, Model},
    },
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTransfer {
    account: String,
    /// Minor units.
    amount: i64,
    currency: String,
    /// What the marketplace sends: it is sent once, whatever the key.
    payout: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReversal {
    amount: i64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct TransferView {
    id: String,
    account: String,
    payout: String,
    amount: i64,
    currency: String,
    reversed: i64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct ReversalView {
    id: String,
    transfer_id: String,
    amount: i64,
    currency: String,
}

impl From<Model> for TransferView {
    fn from(sent: Model) -> Self {
        Self {
            id: sent.id,
            account: sent.account_id,
            payout: sent.payout,
            amount: sent.amount,
            currency: sent.currency,
            reversed: sent.reversed,
        }
    }
}

impl Sandbox {
    /// The transfer of this payout; made if there is none.
    pub(super) async fn transfer(
        &self,
        key: &str,
        new: &NewTransfer,
    ) -> Result<TransferView, SandboxError> {
        let short = |text: &str| (1..=255).contains(&text.len());
        let currency = new.currency.len() == 3;
        if new.amount <= 0 || !(short(key) && short(&new.payout) && currency) {
            let reason = "the amount must be more than zero; the key and the payout have from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let input = (self.clone(), new.clone());
        let pool = &self.0.env.pool;
        pool.transaction(input, |tx, (sandbox, new)| {
            Box::pin(async move { sandbox.send_once(tx, new).await })
        })
        .await
    }

    async fn send_once(&self, tx: &db::Tx, new: NewTransfer) -> Result<TransferView, SandboxError> {
        let lock = include_str!("sql/lock_balance.sql");
        db::scalar::<i64>(&**tx, lock, values![]).await?;
        let known = Entity::find().filter(Column::Payout.eq(new.payout.as_str()));
        if let Some(known) = known.row(&**tx).await? {
            return Ok(known.into());
        }
        let account = account::Entity::find_by_id(new.account.as_str());
        let account = account.row(&**tx).await?.ok_or(SandboxError::NotFound)?;
        if !account.open {
            return Err(SandboxError::Refused("account_not_enabled"));
        }
        let balance = include_str!("sql/balance.sql");
        let there: Option<i64> = db::scalar(&**tx, balance, values![new.currency.clone()]).await?;
        if there.unwrap_or_default() < new.amount {
            return Err(SandboxError::Refused("balance_insufficient"));
        }
        let now = self.0.env.now();
        let row = Model {
            id: self.id("tr"),
            payout: new.payout,
            account_id: account.id,
            amount: new.amount,
            currency: new.currency,
            reversed: 0,
            created_at: now,
            updated_at: now,
        };
        let whole = Entity::insert(row.clone().into_active_model());
        whole.run(&**tx).await?;
        Ok(row.into())
    }

    /// The reversal of this key; made if there is none.
    pub(super) async fn reverse(
        &self,
        transfer: &str,
        key: &str,
        new: &NewReversal,
    ) -> Result<ReversalView, SandboxError> {
        if new.amount <= 0 || key.is_empty() || key.len() > 255 {
            let reason = "the amount must be more than zero, the key from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let row = reversal::Model {
            id: self.id("trr"),
            idempotency_key: key.to_owned(),
            transfer_id: transfer.to_owned(),
            amount: new.amount,
            created_at: self.0.env.now(),
        };
        let pool = &self.0.env.pool;
        pool.transaction(row, |tx, row| {
            Box::pin(async move { take_back(tx, row).await })
        })
        .await
    }
}

async fn take_back(tx: &db::Tx, new: reversal::Model) -> Result<ReversalView, SandboxError> {
    let found = Entity::find_by_id(new.transfer_id.as_str()).lock_exclusive();
    let sent = found.row(&**tx).await?.ok_or(SandboxError::NotFound)?;
    let known = reversal::Entity::find()
        .filter(reversal::Column::IdempotencyKey.eq(new.idempotency_key.as_str()));
    if let Some(known) = known.row(&**tx).await? {
        return Ok(view(known, sent.currency));
    }
    if new.amount > sent.amount - sent.reversed {
        return Err(SandboxError::Refused("more_than_is_left"));
    }
    if new.amount > in_account(tx, &sent.account_id).await? {
        return Err(SandboxError::Refused("balance_insufficient"));
    }
    let back = Entity::update_many()
        .set(ActiveModel {
            updated_at: Set(new.created_at),
            ..Default::default()
        })
        .col_expr(
            Column::Reversed,
            Expr::col(Column::Reversed).add(new.amount),
        )
        .filter(Column::Id.eq(sent.id.as_str()));
    back.run(&**tx).await?;
    let whole = reversal::Entity::insert(new.clone().into_active_model());
    whole.run(&**tx).await?;
    Ok(view(new, sent.currency))
}

fn view(made: reversal::Model, currency: String) -> ReversalView {
    ReversalView {
        id: made.id,
        transfer_id: made.transfer_id,
        amount: made.amount,
        currency,
    }
}
