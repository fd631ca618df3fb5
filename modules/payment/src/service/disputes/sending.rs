//! Evidence goes to the provider, outside any transaction; that it did is written down then. A process that
//! ends between the two is told by the provider that it was answered.

use feira_kernel::{
    Actor, StoreId, audit,
    db::{self, Find},
    idempotency::{self, Keyed},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::evidence::MOST_PIECES;
use crate::{
    DisputeDetails, DisputeId, DisputeState, PaymentError,
    acts::EVIDENCE_SENT,
    dispute_status::{self, DisputeStep},
    entities::{
        dispute,
        dispute_evidence::{Column, Entity},
    },
    provider::{self, Failure, SentEvidence, SentFile, heard},
    service::{Service, pass, rows, settling::unavailable},
};

impl Service {
    pub(super) async fn pass_evidence_on(
        &self,
        by: &Actor,
        store: Option<StoreId>,
        id: DisputeId,
        keyed: Option<Keyed>,
    ) -> Result<DisputeDetails, PaymentError> {
        let (row, parts) = self.dispute_seen(store, id).await?;
        if !self.sends(store, &row, &parts) {
            return Err(PaymentError::Forbidden);
        }
        // Sent already, whoever did it: a repeat.
        if row.state != DisputeState::EvidenceSent {
            dispute_status::next(row.state, DisputeStep::SendEvidence)?;
            let sending = async {
                if self.is_sent_there(&row) {
                    self.send_to_provider(&row).await?;
                }
                self.write_sent_evidence(by, id, keyed).await
            };
            heard::during(sending).await?;
        }
        self.dispute_details(by, store, id).await
    }

    /// Whether its provider is sent the evidence; else a person hands it over.
    pub(super) fn is_sent_there(&self, row: &dispute::Model) -> bool {
        let provider = self.providers.named(&row.gateway);
        !self.is_for_a_person(row) && provider.is_some_and(|one| one.capabilities().evidence)
    }

    async fn send_to_provider(&self, row: &dispute::Model) -> Result<(), PaymentError> {
        let evidence = self.evidence_to_send(row.id).await?;
        pass("payment.evidence_read");
        let provider = self.provider(&row.gateway)?;
        let name = row.clone().name_there();
        let sent = provider.send_evidence(&name, &evidence);
        let sent = provider::by(self.settings.charge_deadline, sent).await;
        self.note(provider.name(), &sent).await;
        pass("payment.evidence_sent");
        match sent {
            Ok(()) => Ok(()),
            Err(failure) => {
                // Perhaps for being there already, by a try whose answer was lost.
                let payment = rows::payment(&self.env, row.payment_id).await?;
                self.look_at_disputes(&payment).await?;
                let now = dispute::Entity::find_by_id(row.id);
                let now = now.row(self.env.pool.read()).await?;
                match now.map(|now| now.state) {
                    Some(DisputeState::EvidenceSent) => Ok(()),
                    Some(DisputeState::Opened) => Err(match failure {
                        Failure::Refused(reason) => PaymentError::EvidenceRefused(reason),
                        failure => unavailable(failure),
                    }),
                    Some(state) => Err(PaymentError::DisputeMove(state)),
                    None => Err(PaymentError::NotFound),
                }
            }
        }
    }

    async fn evidence_to_send(&self, id: DisputeId) -> Result<Vec<SentEvidence>, PaymentError> {
        let rows = Entity::find()
            .filter(Column::DisputeId.eq(id))
            .order_by_asc(Column::StoreId)
            .order_by_asc(Column::Kind)
            .limit(MOST_PIECES)
            .rows(self.env.pool.read())
            .await?;
        let mut sent = Vec::new();
        for row in rows {
            let kind = row.kind;
            let text = row.text.clone();
            let file = self.file_in(row).await?.map(|file| SentFile {
                name: file.name,
                media_type: file.media_type,
                bytes: file.bytes,
            });
            sent.push(SentEvidence { kind, text, file });
        }
        Ok(sent)
    }

    async fn write_sent_evidence(
        &self,
        by: &Actor,
        id: DisputeId,
        keyed: Option<Keyed>,
    ) -> Result<(), PaymentError> {
        let input = (self.clone(), by.clone(), id, keyed, heard::take());
        self.env
            .pool
            .transaction(input, |tx, (service, by, id, keyed, told)| {
                Box::pin(heard::carried(told, async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    if known.await?.is_some() {
                        return Ok(());
                    }
                    service.mark_sent_evidence(tx, &by, id).await
                }))
            })
            .await
    }

    async fn mark_sent_evidence(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: DisputeId,
    ) -> Result<(), PaymentError> {
        let found = dispute::Entity::find_by_id(id).lock_exclusive();
        let mut row = found.row(&**tx).await?.ok_or(PaymentError::NotFound)?;
        // Told by the provider meanwhile.
        if row.state != DisputeState::EvidenceSent {
            self.evidence_is_sent(tx, &mut row).await?;
        }
        let details = json!({"payment": row.payment_id});
        audit::record(tx, &self.env, by, EVIDENCE_SENT, id.0, details).await?;
        Ok(())
    }

    pub(super) async fn evidence_is_sent(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
    ) -> Result<(), PaymentError> {
        let to = dispute_status::next(row.state, DisputeStep::SendEvidence)?;
        self.move_dispute(tx, row, to).await?;
        self.dispute_exchange(&**tx, row.payment_id, &row.provider_id, to)
            .await
    }
}
