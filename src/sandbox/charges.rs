//! Charges: made once per idempotency key, captured, cancelled, listed.

use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;

use super::{Sandbox, SandboxError};

mod wire;

pub(super) use wire::{ChargeView, NewCharge};
use wire::{Method, validate};

const COLUMNS: &str = "id, idempotency_key, method, amount, currency, description, status, failure, refunded, txid, \
    confirms, expires_at, created_at";
const MOST: i64 = 100;

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) idempotency_key: String,
    pub(super) method: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) description: String,
    pub(super) status: String,
    pub(super) failure: Option<String>,
    pub(super) refunded: i64,
    pub(super) txid: Option<String>,
    pub(super) confirms: bool,
    pub(super) expires_at: Time,
    pub(super) created_at: Time,
}

/// What a test card does.
struct Card {
    status: &'static str,
    failure: Option<&'static str>,
    confirms: bool,
    delayed: bool,
    holds: bool,
}

fn card(token: &str) -> Card {
    let (status, failure) = match token {
        "tok_approved" | "tok_timeout_after_charge" => ("captured", None),
        "tok_delayed" | "tok_needs_confirmation" => ("pending", None),
        "tok_declined" => ("declined", Some("card_declined")),
        _ => ("declined", Some("card_token_unknown")),
    };
    Card {
        status,
        failure,
        confirms: token == "tok_needs_confirmation",
        delayed: token == "tok_delayed",
        holds: token == "tok_timeout_after_charge",
    }
}

/// Why a charge is captured now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capture {
    Paid,
    /// The money was on its way when the charge ended: it arrives all the same.
    PaidLate,
}

impl Sandbox {
    /// The charge of this key; made if there is none. The second value says whether the answer
    /// is to be held.
    pub(super) async fn charge(
        &self,
        key: &str,
        new: &NewCharge,
    ) -> Result<(Charge, bool), SandboxError> {
        let env = &self.0.env;
        validate(key, new)?;
        let card = new.token.as_deref().map(card);
        let (status, failure, confirms, delayed, holds) =
            card.map_or(("pending", None, false, false, false), |card| {
                (
                    card.status,
                    card.failure,
                    card.confirms,
                    card.delayed,
                    card.holds,
                )
            });
        let now = env.now();
        let txid = (new.method == Method::Pix).then(|| env.uuid().simple().to_string());
        let sql = format!(
            "INSERT INTO charges (id, idempotency_key, method, amount, currency, description, status, failure, txid, \
                                  confirms, capture_at, captured_at, expires_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             ON CONFLICT (idempotency_key) DO NOTHING RETURNING {COLUMNS}"
        );
        let made: Option<Charge> = db::optional(
            env.pool.reads(),
            &sql,
            values![
                self.id("ch"),
                key,
                new.method.name(),
                new.amount,
                new.currency.clone(),
                new.description.clone(),
                status,
                failure,
                txid,
                confirms,
                delayed.then(|| now + self.0.settings.delay),
                (status == "captured").then_some(now),
                new.expires_at,
                now
            ],
        )
        .await?;
        if let Some(charge) = made {
            return Ok((charge, holds));
        }
        let known = self.find("idempotency_key", key).await?;
        let same = known.method == new.method.name()
            && known.amount == new.amount
            && known.currency == new.currency;
        if same {
            Ok((known, false))
        } else {
            Err(SandboxError::Invalid(
                "the key was used for another charge".to_owned(),
            ))
        }
    }

    /// By a unique column of ours.
    pub(super) async fn find(
        &self,
        column: &'static str,
        value: &str,
    ) -> Result<Charge, SandboxError> {
        let sql = format!("SELECT {COLUMNS} FROM charges WHERE {column} = $1");
        let found = db::optional(self.0.env.pool.reads(), &sql, values![value]).await?;
        found.ok_or(SandboxError::NotFound)
    }

    /// The whole record in order of id, for reconciliation.
    pub(super) async fn list(&self, limit: i64, after: &str) -> Result<Vec<Charge>, SandboxError> {
        let sql = format!("SELECT {COLUMNS} FROM charges WHERE id > $1 ORDER BY id LIMIT $2");
        let limit = limit.clamp(1, MOST);
        Ok(db::rows(self.0.env.pool.reads(), &sql, values![after, limit]).await?)
    }

    /// Ends what is not paid; what is ended already stays as it is.
    pub(super) async fn cancel(&self, id: &str) -> Result<Charge, SandboxError> {
        db::exec(
            self.0.env.pool.reads(),
            "UPDATE charges SET status = 'cancelled', updated_at = $2 WHERE id = $1 AND status = 'pending'",
            values![id, self.0.env.now()],
        )
        .await?;
        self.find("id", id).await
    }

    /// The payer pays; the marketplace is told.
    pub(super) async fn capture(
        &self,
        column: &'static str,
        value: &str,
        how: Capture,
    ) -> Result<Charge, SandboxError> {
        let from: Vec<String> = match how {
            Capture::Paid => vec!["pending".to_owned()],
            Capture::PaidLate => vec!["pending".to_owned(), "cancelled".to_owned()],
        };
        let event = self.id("evt");
        let sql = format!(
            "WITH c AS (UPDATE charges SET status = 'captured', captured_at = $3, updated_at = $3 \
                        WHERE {column} = $1 AND status = ANY($2) AND ($4 OR expires_at > $3) RETURNING {COLUMNS}), \
                  e AS (INSERT INTO webhook_events (id, kind, charge_id, next_attempt_at, created_at) \
                        SELECT $5, 'charge.captured', id, $3, $3 FROM c) \
             SELECT * FROM c"
        );
        let captured: Option<Charge> = db::optional(
            self.0.env.pool.reads(),
            &sql,
            values![
                value,
                from,
                self.0.env.now(),
                how == Capture::PaidLate,
                event
            ],
        )
        .await?;
        let Some(charge) = captured else {
            let found = self.find(column, value).await?;
            // Paid twice is paid once.
            return if found.status == "captured" {
                Ok(found)
            } else {
                Err(SandboxError::Conflict)
            };
        };
        self.tell();
        Ok(charge)
    }

    /// Captures what waited for its time.
    pub(super) async fn capture_delayed(&self) -> Result<(), SandboxError> {
        #[derive(FromQueryResult)]
        struct Due {
            id: String,
        }
        let due: Vec<Due> = db::rows(
            self.0.env.pool.reads(),
            "SELECT id FROM charges WHERE status = 'pending' AND capture_at <= $1 ORDER BY capture_at LIMIT 100",
            values![self.0.env.now()],
        )
        .await?;
        for due in due {
            // Cancelled or expired meanwhile: nothing is captured.
            match self.capture("id", &due.id, Capture::Paid).await {
                Ok(_) | Err(SandboxError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
