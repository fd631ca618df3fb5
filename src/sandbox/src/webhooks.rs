//! Telling the marketplace: signed, again and again until it answers, in no order in particular.

use feira_kernel::{
    db::{self, Change},
    values,
};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use sha2::Sha256;

use super::{
    Sandbox, SandboxError,
    entities::webhook_event::{ActiveModel, Column, Entity},
};

const BATCH: i64 = 50;
/// Then nobody is told any more; whoever cares asks.
const MAX_ATTEMPTS: i32 = 16;

#[derive(Debug, Clone, FromQueryResult)]
struct Event {
    id: String,
    kind: String,
    charge_id: String,
    attempts: i32,
}

impl Sandbox {
    /// In the background, so that the payer does not wait for the marketplace.
    pub(super) fn tell(&self) {
        if !self.0.settings.deliver_at_once {
            return;
        }
        let sandbox = self.clone();
        tokio::spawn(async move {
            if let Err(error) = sandbox.deliver_due().await {
                tracing::warn!(%error, "webhooks of the sandbox wait for the next run");
            }
        });
    }

    /// Sends what is due and tells how many were taken.
    pub(crate) async fn deliver_due(&self) -> Result<u32, SandboxError> {
        let Some(url) = self.0.settings.webhook_url.clone() else {
            return Ok(0);
        };
        let now = self.0.env.now();
        let due: Vec<Event> = db::rows(
            self.0.env.pool.write(),
            include_str!("sql/claim_webhook_events.sql"),
            values![now, BATCH],
        )
        .await?;
        let mut taken = 0;
        for event in due {
            let error = self.send(&url, &event).await.err();
            taken += u32::from(error.is_none());
            self.record(&event, error).await?;
        }
        Ok(taken)
    }

    async fn send(&self, url: &str, event: &Event) -> Result<(), String> {
        let body =
            serde_json::json!({"id": event.id, "type": event.kind, "charge_id": event.charge_id})
                .to_string();
        let header = self.signature(body.as_bytes());
        let request = self.0.client.post(url).header("feira-signature", header);
        let request = request
            .header("content-type", "application/json")
            .body(body);
        let response = request
            .send()
            .await
            .map_err(|e| e.without_url().to_string())?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(format!("answered {}", response.status()))
        }
    }

    async fn record(&self, event: &Event, error: Option<String>) -> Result<(), SandboxError> {
        let now = self.0.env.now();
        let delivered = error.is_none().then_some(now);
        let over = delivered.is_some() || event.attempts >= MAX_ATTEMPTS;
        Entity::update_many()
            .set(ActiveModel {
                delivered_at: Set(delivered),
                last_error: Set(error),
                updated_at: Set(now),
                next_attempt_at: if over { Set(None) } else { NotSet },
                ..Default::default()
            })
            .filter(Column::Id.eq(event.id.as_str()))
            .filter(Column::DeliveredAt.is_null())
            .run(self.0.env.pool.write())
            .await?;
        Ok(())
    }

    /// `t=<unix seconds>,v1=<hex>` over the time, a point and the body.
    pub(super) fn signature(&self, body: &[u8]) -> String {
        let at = self.0.env.now().unix_timestamp().to_string();
        let mut mac = keyed(&self.0.settings.webhook_secret);
        mac.update(at.as_bytes());
        mac.update(b".");
        mac.update(body);
        let hex = hex::encode(mac.finalize().into_bytes());
        format!("t={at},v1={hex}")
    }
}

#[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn keyed(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("any length")
}
