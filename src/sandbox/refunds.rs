//! Refunds: made once per idempotency key, never above the charge.

use feira_kernel::{db, values};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use super::{Sandbox, SandboxError};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRefund {
    /// Minor units.
    pub(super) amount: i64,
}

#[derive(Debug, Clone, FromQueryResult, Serialize)]
pub(super) struct RefundView {
    id: String,
    charge_id: String,
    amount: i64,
    currency: String,
    status: String,
}

const REFUND: &str = "SELECT r.id, r.charge_id, r.amount, c.currency, 'completed' AS status \
    FROM refunds r JOIN charges c ON c.id = r.charge_id WHERE r.idempotency_key = $1";

impl Sandbox {
    pub(super) async fn refund(
        &self,
        charge: &str,
        key: &str,
        new: &NewRefund,
    ) -> Result<RefundView, SandboxError> {
        if new.amount <= 0 || key.is_empty() || key.len() > 255 {
            let reason = "the amount must be more than zero, the key from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        self.find("id", charge).await?;
        let input = (
            self.id("re"),
            charge.to_owned(),
            key.to_owned(),
            new.amount,
            self.0.env.now(),
        );
        self.0
            .env
            .pool
            .transaction(input, |tx, (id, charge, key, amount, now)| {
                Box::pin(async move {
                    let made = db::exec(
                        &**tx,
                        "INSERT INTO refunds (id, idempotency_key, charge_id, amount, created_at) \
                         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (idempotency_key) DO NOTHING",
                        values![id, key.clone(), charge.clone(), amount, now],
                    )
                    .await?;
                    if made == 1 {
                        let fits = db::exec(
                            &**tx,
                            "UPDATE charges SET refunded = refunded + $2, updated_at = $3 \
                             WHERE id = $1 AND status = 'captured' AND refunded + $2 <= amount",
                            values![charge.clone(), amount, now],
                        )
                        .await?;
                        if fits == 0 {
                            let reason = "more than the charge can be given back".to_owned();
                            return Err(SandboxError::Invalid(reason));
                        }
                    }
                    let view: RefundView = db::one(&**tx, REFUND, values![key]).await?;
                    if view.charge_id == charge && view.amount == amount {
                        Ok(view)
                    } else {
                        let reason = "the key was used for another refund".to_owned();
                        Err(SandboxError::Invalid(reason))
                    }
                })
            })
            .await
    }
}
