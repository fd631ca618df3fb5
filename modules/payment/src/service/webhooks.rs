//! Notifications of providers: a hint to look, stored before anything else. What they say of
//! amounts and states is not read at all.

use std::sync::Arc;

use feira_kernel::{
    FieldError,
    db::{self, Change},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{
    Service, pass,
    rows::{self, PaymentRow},
    settling,
    verdict::Purpose,
    vouching,
};
use crate::{
    PaymentError, ProviderWebhook,
    entities::provider_event::{ActiveModel, Column, Entity, ProviderEventState as State},
    field_codes::UNREADABLE,
    provider::{Hint, HintError, Provider, heard},
    status,
};

const BATCH: i64 = 50;
/// A stored notification is looked after again after this many seconds, doubling.
const RETRY_SECONDS: i64 = 15;
/// Then it is left: the poller looks at open payments anyway. Of disputes, and of refunds that come back, nobody else
/// tells.
pub(super) const MAX_ATTEMPTS: i32 = 10;

#[derive(Clone, FromQueryResult)]
pub(super) struct Received {
    id: Uuid,
    pub(super) kind: String,
    pub(super) charge_id: String,
    pub(super) attempts: i32,
    /// Of one that its provider has not vouched for.
    told: Option<String>,
}

impl Service {
    /// Duplicates, disorder, unknown ids and a provider that does not answer are all well: the
    /// notification is stored, and the poller looks after it.
    pub(super) async fn notified(&self, webhook: ProviderWebhook) -> Result<(), PaymentError> {
        let provider = self.providers.named(&webhook.provider);
        let provider = provider.ok_or(PaymentError::NotFound)?;
        let hints = match provider.hints(&webhook, self.env.now()) {
            Ok(hints) => hints,
            Err(HintError::Signature) => {
                self.note_refusal(provider.name(), "signature").await;
                return Err(PaymentError::BadSignature);
            }
            Err(HintError::Unreadable(reason)) => {
                self.note_refusal(provider.name(), "unreadable").await;
                return Err(FieldError::new("", UNREADABLE, reason).into());
            }
        };
        let told = self.to_be_vouched_for(&provider, webhook).await?;
        let mut fresh = Vec::new();
        for hint in hints {
            // A duplicate of one that is still open is the poller's, too.
            fresh.extend(self.store(provider.name(), hint, told.clone()).await?);
        }
        pass("payment.notified");
        for event in fresh {
            if let Err(error) = heard::during(self.act_on(&provider, event)).await {
                tracing::warn!(%error, "a notification could not be acted on; it will be");
                // Nobody waits here for a provider that does not answer: the rest is the poller's.
                break;
            }
        }
        Ok(())
    }

    /// Nothing if it was stored before.
    async fn store(
        &self,
        provider: &str,
        hint: Hint,
        told: Option<String>,
    ) -> Result<Option<Received>, PaymentError> {
        let now = self.env.now();
        let event = Received {
            id: self.env.uuid(),
            kind: hint.kind,
            charge_id: hint.charge_id,
            attempts: 0,
            told,
        };
        let row = ActiveModel {
            id: Set(event.id),
            provider: Set(provider.to_owned()),
            event_id: Set(vouching::event_id(hint.event_id, event.told.as_deref())),
            kind: Set(event.kind.clone()),
            charge_id: Set(event.charge_id.clone()),
            state: Set(State::Received),
            told: Set(event.told.clone()),
            next_attempt_at: Set(Some(now + time::Duration::seconds(RETRY_SECONDS))),
            received_at: Set(now),
            ..Default::default()
        };
        let once = OnConflict::columns([Column::Provider, Column::EventId])
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row).on_conflict(once);
        let fresh = insert.run(self.env.pool.write()).await?;
        Ok((fresh == 1).then_some(event))
    }

    /// Acts on stored notifications of a provider that are due; tells how many payments that settled.
    pub(super) async fn poll_events(
        &self,
        provider: &Arc<dyn Provider>,
    ) -> Result<u32, PaymentError> {
        let due: Vec<Received> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/claim_provider_events.sql"),
            values![
                self.env.now(),
                BATCH,
                RETRY_SECONDS,
                provider.name().to_owned()
            ],
        )
        .await?;
        let mut settled = 0;
        for event in due {
            match heard::during(self.act_on(provider, event)).await {
                Ok(true) => settled += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "a notification could not be acted on; it will be")
                }
            }
        }
        Ok(settled)
    }

    /// Fetches the fact and applies it; whether that settled a payment.
    async fn act_on(
        &self,
        provider: &Arc<dyn Provider>,
        event: Received,
    ) -> Result<bool, PaymentError> {
        if let Some(told) = &event.told
            && let Some(reason) = self
                .is_not_vouched_for(provider, (event.id, event.attempts), told)
                .await?
        {
            return self.done(&event, State::Ignored, Some(reason)).await;
        }
        if provider.tells_of_accounts(&event.kind) {
            return self.act_on_account(provider, event).await;
        }
        if provider.tells_of_transfers(&event.kind) {
            return self.act_on_transfer(provider, event).await;
        }
        let may_be_disputed =
            provider.may_tell_of_disputes() || provider.tells_of_disputes(&event.kind);
        let goes_on = may_be_disputed || provider.tells_of_refunds(&event.kind);
        let charge = match self.charge_of(provider, &event, goes_on).await? {
            Ok(charge) => charge,
            Err(why) => return self.done(&event, State::Ignored, Some(&why)).await,
        };
        let Some(payment) = charge.payment else {
            return self
                .done(&event, State::Ignored, Some("not our charge"))
                .await;
        };
        let row = match rows::payment(&self.env, payment).await {
            Ok(row) => row,
            Err(PaymentError::NotFound) => {
                return self
                    .done(&event, State::Ignored, Some("no such payment"))
                    .await;
            }
            Err(error) => return Err(error),
        };
        if row.gateway != provider.name() {
            tracing::error!(payment = %row.id, provider = provider.name(), charge = charge.id, "a provider tells of a payment that is another provider's; nothing is changed");
            let reason = Some("another provider's payment");
            return self.done(&event, State::Ignored, reason).await;
        }
        let live = row.is_live();
        let ended = !live && !status::is_captured(row.status);
        if ended && settling::can_be_paid(&charge) && self.differs(&row, &charge)?.is_none() {
            self.last_look(provider, row, charge).await?;
            return self.done(&event, State::Applied, None).await;
        }
        let charge = self.seen_to(&row, charge).await?;
        let after = self
            .apply(row, charge.into(), Purpose::Webhook, None)
            .await?;
        // Told of once it was captured, it is perhaps told of because of what goes back.
        let mut looked = Ok(());
        if !live && status::is_captured(after.status) {
            looked = self.look_at_what_goes_back(&after).await;
        }
        // A refund that cannot be asked about keeps no dispute from being known.
        if status::is_captured(after.status) && may_be_disputed {
            self.look_at_disputes_of(&after, Some(&event.charge_id))
                .await?;
        }
        looked?;
        self.done(&event, State::Applied, None).await?;
        Ok(live && !after.is_live())
    }

    /// A store's account is as the provider says when it is asked; no payment is concerned.
    async fn act_on_account(
        &self,
        provider: &Arc<dyn Provider>,
        event: Received,
    ) -> Result<bool, PaymentError> {
        let looked = self.look_at_account(provider.as_ref(), &event.charge_id);
        match looked.await {
            Ok(Some(_)) => self.done(&event, State::Applied, None).await,
            Ok(None) => {
                self.done(&event, State::Ignored, Some("not our account"))
                    .await
            }
            // A job looks at it anyway.
            Err(error) if event.attempts >= MAX_ATTEMPTS => {
                self.done(&event, State::Ignored, Some(&error.to_string()))
                    .await
            }
            Err(error) => Err(error),
        }
    }

    /// What was taken back of a transfer, by whomever.
    async fn act_on_transfer(
        &self,
        provider: &Arc<dyn Provider>,
        event: Received,
    ) -> Result<bool, PaymentError> {
        let looked = self.look_at_reversals(provider.as_ref(), &event.charge_id);
        match looked.await? {
            true => self.done(&event, State::Applied, None).await,
            false => {
                let reason = Some("not our transfer");
                self.done(&event, State::Ignored, reason).await
            }
        }
    }

    async fn look_at_what_goes_back(&self, row: &PaymentRow) -> Result<(), PaymentError> {
        self.ask_open_refunds(row.id).await?;
        self.look_at_refunds(row).await
    }

    async fn done(
        &self,
        event: &Received,
        state: State,
        reason: Option<&str>,
    ) -> Result<bool, PaymentError> {
        let reason: Option<String> = reason.map(|reason| reason.chars().take(300).collect());
        let done = ActiveModel {
            state: Set(state),
            reason: Set(reason),
            told: Set(None),
            next_attempt_at: Set(None),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        Entity::update_many()
            .set(done)
            .filter(Column::Id.eq(event.id))
            .filter(Column::State.eq(State::Received))
            .run(self.env.pool.write())
            .await?;
        Ok(false)
    }
}
