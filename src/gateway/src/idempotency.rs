use feira_kernel::{
    IdempotencyKey,
    db::{self, Change, Find},
    failpoint,
    idempotency::KEEP,
    values,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use time::{Duration, OffsetDateTime as Time};
use uuid::Uuid;

use super::{
    Gateway,
    entities::idempotency::{ActiveModel, Column, Entity, Model},
};

/// After this time a request that left no answer is taken to have died.
const LEASE: Duration = Duration::seconds(15);

/// An answer as it was first given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Stored {
    pub fn without_body(&self) -> Self {
        Self {
            body: String::new(),
            ..self.clone()
        }
    }
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Begin {
    /// Nobody used it: go on, then `finish` or `abandon`.
    Fresh(Claim),
    /// It was answered.
    Answered(Stored),
    /// The first request is still running; after so many seconds it is taken to have died.
    Running { left: u32 },
    /// It was used for another request.
    Mismatch,
}

/// A key that one request works on. Another may have taken it over when that one was silent for
/// the lease; then nothing more is written by the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    scope: String,
    route: String,
    key: String,
    holder: Uuid,
}

impl Claim {
    /// Its row, whoever holds it.
    fn of_key(&self) -> Condition {
        Condition::all()
            .add(Column::Scope.eq(self.scope.as_str()))
            .add(Column::Route.eq(self.route.as_str()))
            .add(Column::Key.eq(self.key.as_str()))
    }

    /// Its row, while it is this one's and has no answer.
    fn held(&self) -> Condition {
        self.of_key()
            .add(Column::Holder.eq(self.holder))
            .add(Column::Status.is_null())
    }
}

impl Gateway {
    /// Takes the key for a request of this caller on this route, or tells what became of it.
    /// The row is a convenience: the truth is the module's own key, so it need not be durable.
    pub async fn begin(&self, scope: &str, key: &IdempotencyKey) -> Result<Begin, db::Error> {
        let claim = Claim {
            scope: scope.to_owned(),
            route: key.route.clone(),
            key: key.key.clone(),
            holder: self.env.uuid(),
        };
        let now = self.env.now();
        let taken = match self.take(&claim, key, now).await {
            Ok(taken) => taken,
            Err(error) => {
                // It may have been written all the same, and the repeat would wait for nobody.
                self.give_back(&claim).await;
                return Err(error);
            }
        };
        if taken {
            return Ok(Begin::Fresh(claim));
        }
        let row = Entity::find().filter(claim.of_key());
        Ok(match row.row(self.env.pool.read()).await? {
            // It was given back this moment: the caller may try again.
            None => Begin::Running { left: 1 },
            Some(row) if row.fingerprint != key.fingerprint => Begin::Mismatch,
            Some(Model {
                status: Some(status),
                location,
                body,
                ..
            }) => Begin::Answered(Stored {
                status: u16::try_from(status).unwrap_or(500),
                location,
                body: body.unwrap_or_default(),
            }),
            Some(row) => {
                let left = (row.started_at + LEASE - now).whole_seconds();
                let left = u32::try_from(left.max(0)).unwrap_or_default() + 1;
                Begin::Running { left }
            }
        })
    }

    /// `false` if it is somebody else's. A row whose request died, or that is past its time, is
    /// taken over.
    async fn take(
        &self,
        claim: &Claim,
        key: &IdempotencyKey,
        now: Time,
    ) -> Result<bool, db::Error> {
        let values = values![
            claim.scope.clone(),
            claim.route.clone(),
            claim.key.clone(),
            claim.holder,
            key.fingerprint.clone(),
            now,
            now - LEASE,
            now - KEEP,
            now + LEASE
        ];
        let taken: Option<bool> = db::scalar(
            self.env.pool.write(),
            include_str!("sql/take_key.sql"),
            values,
        )
        .await?;
        Ok(taken.is_some())
    }

    /// The request is still at work.
    pub async fn renew(&self, claim: &Claim) -> Result<(), db::Error> {
        Entity::update_many()
            .set(ActiveModel {
                started_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(claim.held())
            .filter(db::relaxed())
            .run(self.env.pool.write())
            .await
            .map(drop)
    }

    /// Keeps the answer. If that fails the key is given back: a repeat asks the module again.
    pub async fn finish(&self, claim: &Claim, answer: &Stored) {
        failpoint::pass("gateway.finish.before");
        let kept = Entity::update_many()
            .set(ActiveModel {
                status: Set(Some(i32::from(answer.status))),
                location: Set(answer.location.clone()),
                body: Set(Some(answer.body.clone())),
                ..Default::default()
            })
            .filter(claim.held())
            .filter(db::relaxed())
            .run(self.env.pool.write());
        if let Err(error) = kept.await {
            tracing::warn!(%error, "an answer was not kept; a repeat asks the module again");
            self.give_back(claim).await;
        }
    }

    /// Gives the key back: nothing happened that a repeat may not do again. Asked twice, because the
    /// connection may have broken on which it was asked first; else the lease ends by itself.
    pub async fn give_back(&self, claim: &Claim) {
        for _ in 0..2 {
            let gone = Entity::delete_many()
                .filter(claim.held())
                .filter(db::relaxed());
            match gone.run(self.env.pool.write()).await {
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, "a key was not given back; it is free when its lease ends");
                }
            }
        }
    }

    /// Gives back the keys of requests that died with an earlier process: only for a process
    /// that is alone with its database.
    pub async fn give_back_all(&self) -> Result<(), db::Error> {
        Entity::delete_many()
            .filter(Column::Status.is_null())
            .run(self.env.pool.write())
            .await
            .map(drop)
    }

    pub(super) async fn forget(&self) -> Result<(), db::Error> {
        Entity::delete_many()
            .filter(Column::StartedAt.lt(self.env.now() - KEEP))
            .run(self.env.pool.write())
            .await
            .map(drop)
    }
}
