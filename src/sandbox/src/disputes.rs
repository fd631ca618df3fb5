//! Disputes: opened once per idempotency key by the payer's bank, answered once, won or lost. The marketplace
//! is told of each step.

use feira_kernel::{
    Time,
    db::{self, Change, Find},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::{
    Sandbox, SandboxError,
    entities::{
        charge,
        dispute::{ActiveModel, Column, Entity, Model},
        webhook_event,
    },
    status::{ChargeStatus, DisputeKind, DisputeStatus},
};

/// The most disputes of one charge that are listed.
const MOST: u64 = 20;
/// How long evidence may be sent.
const DUE: Duration = Duration::days(7);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDispute {
    /// Minor units; absent: the whole charge.
    amount: Option<i64>,
    #[serde(default)]
    fee: i64,
    kind: DisputeKind,
    reason: String,
    /// Only asked about, so far.
    #[serde(default)]
    inquiry: bool,
}

/// What becomes of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    status: DisputeStatus,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct DisputeView {
    id: String,
    charge_id: String,
    kind: DisputeKind,
    amount: i64,
    currency: String,
    status: DisputeStatus,
    reason: String,
    fee: i64,
    #[serde(with = "time::serde::rfc3339")]
    evidence_due_at: Time,
    /// As it was sent.
    evidence: Option<String>,
}

impl DisputeView {
    fn new(row: Model, currency: &str) -> Self {
        Self {
            id: row.id,
            charge_id: row.charge_id,
            kind: row.kind,
            amount: row.amount,
            currency: currency.to_owned(),
            status: row.status,
            reason: row.reason,
            fee: row.fee,
            evidence_due_at: row.evidence_due_at,
            evidence: row.evidence,
        }
    }
}

impl Sandbox {
    pub(super) async fn dispute(
        &self,
        charge: &str,
        key: &str,
        new: &NewDispute,
    ) -> Result<DisputeView, SandboxError> {
        let charge = self.find(charge::Column::Id, charge).await?;
        let amount = new.amount.unwrap_or(charge.amount);
        let fits = (1..=charge.amount).contains(&amount) && new.fee >= 0;
        if charge.status != ChargeStatus::Captured || !fits || new.reason.is_empty() {
            let reason = "a captured charge, no more than it, and a reason";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let now = self.0.env.now();
        let status = match new.inquiry {
            true => DisputeStatus::Inquiry,
            false => DisputeStatus::Open,
        };
        let row = Model {
            id: self.id("dp"),
            idempotency_key: key.to_owned(),
            charge_id: charge.id.clone(),
            kind: new.kind,
            amount,
            fee: new.fee,
            reason: new.reason.clone(),
            status,
            evidence: None,
            evidence_due_at: now + DUE,
            created_at: now,
            updated_at: now,
        };
        let pool = &self.0.env.pool;
        let made: Model = pool
            .transaction((self.clone(), row), |tx, (sandbox, row)| {
                Box::pin(async move { sandbox.make_dispute(tx, row).await })
            })
            .await?;
        self.tell();
        Ok(DisputeView::new(made, &charge.currency))
    }

    /// The dispute of this key; made if there is none.
    async fn make_dispute(&self, tx: &db::Tx, row: Model) -> Result<Model, SandboxError> {
        let once = OnConflict::column(Column::IdempotencyKey)
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row.clone().into_active_model()).on_conflict(once);
        if insert.run(&**tx).await? == 1 {
            self.tell_of(tx, &row.charge_id, "dispute.opened").await?;
            return Ok(row);
        }
        let known = Entity::find()
            .filter(Column::IdempotencyKey.eq(row.idempotency_key.as_str()))
            .row(&**tx)
            .await?;
        match known {
            Some(known) if known.charge_id == row.charge_id && known.amount == row.amount => {
                Ok(known)
            }
            _ => Err(SandboxError::Invalid(
                "the key was used for another dispute".to_owned(),
            )),
        }
    }

    async fn tell_of(&self, tx: &db::Tx, charge: &str, kind: &str) -> Result<(), SandboxError> {
        let now = self.0.env.now();
        let event = webhook_event::ActiveModel {
            id: Set(self.id("evt")),
            kind: Set(kind.to_owned()),
            charge_id: Set(charge.to_owned()),
            attempts: Set(0),
            next_attempt_at: Set(Some(now)),
            created_at: Set(now),
            ..Default::default()
        };
        webhook_event::Entity::insert(event).run(&**tx).await?;
        Ok(())
    }

    pub(super) async fn disputes(&self, charge: &str) -> Result<Vec<DisputeView>, SandboxError> {
        let charge = self.find(charge::Column::Id, charge).await?;
        let rows = Entity::find()
            .filter(Column::ChargeId.eq(charge.id.as_str()))
            .order_by_asc(Column::Id)
            .limit(MOST)
            .rows(self.0.env.pool.read())
            .await?;
        let views = rows.into_iter();
        Ok(views
            .map(|row| DisputeView::new(row, &charge.currency))
            .collect())
    }

    /// Taken once, while it is open.
    pub(super) async fn answer(&self, id: &str, evidence: &str) -> Result<(), SandboxError> {
        let change = ActiveModel {
            status: Set(DisputeStatus::Answered),
            evidence: Set(Some(evidence.to_owned())),
            ..Default::default()
        };
        let from = [DisputeStatus::Open];
        self.move_on(id, change, &from, "dispute.updated").await
    }

    /// Its bank decides, or takes it up.
    pub(super) async fn decide(&self, id: &str, outcome: &Outcome) -> Result<(), SandboxError> {
        use DisputeStatus as S;
        let from: &[S] = match outcome.status {
            S::Open => &[S::Inquiry],
            S::Won | S::Lost => &[S::Open, S::Answered],
            S::Inquiry | S::Answered => &[],
        };
        let change = ActiveModel {
            status: Set(outcome.status),
            ..Default::default()
        };
        let told = match outcome.status {
            S::Open => "dispute.opened",
            _ => "dispute.closed",
        };
        self.move_on(id, change, from, told).await
    }

    async fn move_on(
        &self,
        id: &str,
        change: ActiveModel,
        from: &[DisputeStatus],
        told: &'static str,
    ) -> Result<(), SandboxError> {
        let found = Entity::find_by_id(id).row(self.0.env.pool.read()).await?;
        let found = found.ok_or(SandboxError::NotFound)?;
        let change = ActiveModel {
            updated_at: Set(self.0.env.now()),
            ..change
        };
        let input = (self.clone(), found, change, from.to_vec());
        let pool = &self.0.env.pool;
        let moved: Result<u64, SandboxError> = pool
            .transaction(input, move |tx, (sandbox, found, change, from)| {
                Box::pin(async move {
                    let moved = Entity::update_many()
                        .set(change)
                        .filter(Column::Id.eq(found.id.as_str()))
                        .filter(Column::Status.is_in(from))
                        .run(&**tx)
                        .await?;
                    if moved == 1 {
                        sandbox.tell_of(tx, &found.charge_id, told).await?;
                    }
                    Ok(moved)
                })
            })
            .await;
        match moved? {
            1 => {
                self.tell();
                Ok(())
            }
            _ => Err(SandboxError::Conflict),
        }
    }
}
