//! Notifications whose signature cannot be checked here: stored as they came, and applied once their provider has said
//! that it sent them.

use std::sync::Arc;

use feira_kernel::{
    db::{self, Change},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Service, rows::internal, settling};
use crate::{
    PaymentError, ProviderWebhook,
    entities::provider_event::{ActiveModel, Column, Entity},
    provider::{self, Provider},
};

/// Whoever can reach this address can have some stored while the provider does not answer.
const MOST_WAITING: i64 = 1000;
/// Some days of not being answered; the poller looks at open payments anyway.
const MAX_ATTEMPTS: i32 = 90;
/// As much of the name by its provider as leaves room for what tells two apart.
const NAME: usize = 64;

/// One that somebody else made up keeps none with the same name away.
pub(super) fn event_id(named: String, told: Option<&str>) -> String {
    let Some(told) = told else { return named };
    let name: String = named.chars().take(NAME).collect();
    format!("{name}:{}", hex::encode(Sha256::digest(told)))
}

impl Service {
    /// What its provider is asked about, if it vouches for what it sends.
    pub(super) async fn to_be_vouched_for(
        &self,
        provider: &Arc<dyn Provider>,
        webhook: ProviderWebhook,
    ) -> Result<Option<String>, PaymentError> {
        let names = provider.vouching_headers();
        if names.is_empty() {
            return Ok(None);
        }
        let full: Option<bool> = db::scalar(
            self.env.pool.read(),
            include_str!("../sql/unvouched_full.sql"),
            values![provider.name().to_owned(), MOST_WAITING],
        )
        .await?;
        if full == Some(true) {
            return Err(PaymentError::ProviderUnavailable);
        }
        let asked = |(name, _): &(String, String)| names.contains(&name.as_str());
        let told = ProviderWebhook {
            headers: webhook.headers.into_iter().filter(asked).collect(),
            ..webhook
        };
        Ok(Some(serde_json::to_string(&told).map_err(internal)?))
    }

    /// Why it is not applied, if its provider did not send it, or has not said so for days.
    pub(super) async fn is_not_vouched_for(
        &self,
        provider: &Arc<dyn Provider>,
        (event, attempts): (Uuid, i32),
        told: &str,
    ) -> Result<Option<&'static str>, PaymentError> {
        let webhook: ProviderWebhook = serde_json::from_str(told).map_err(internal)?;
        let vouches = provider.vouches(&webhook);
        match provider::by(self.settings.charge_deadline, vouches).await {
            Ok(true) => {}
            Ok(false) => {
                self.note_refusal(provider.name(), "not_sent").await;
                return Ok(Some("not sent by the provider"));
            }
            Err(_) if attempts >= MAX_ATTEMPTS => {
                return Ok(Some("the provider did not say whether it sent it"));
            }
            Err(failure) => return Err(settling::unavailable(failure)),
        }
        let vouched = ActiveModel {
            told: Set(None),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        Entity::update_many()
            .set(vouched)
            .filter(Column::Id.eq(event))
            .run(self.env.pool.write())
            .await?;
        Ok(None)
    }
}
