//! What callers may see of disputes.

use std::collections::BTreeMap;

use feira_kernel::{Actor, Page, PageRequest, Ref, StoreId, db::Find};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::rows::{self as found, Described};
use crate::{
    Dispute, DisputeAction, DisputeDetails, DisputeFilter, DisputeId, DisputePart, DisputeState,
    PaymentError, PaymentId, access, dispute_status,
    entities::{dispute, dispute_part, payment},
    service::{Service, paging},
};

impl Service {
    pub(super) async fn list_disputes(
        &self,
        store: Option<StoreId>,
        filter: DisputeFilter,
        page: PageRequest,
    ) -> Result<Page<Dispute>, PaymentError> {
        match store {
            Some(store) => self.disputes_of(store, page).await,
            None => self.all_disputes(filter, page).await,
        }
    }

    async fn all_disputes(
        &self,
        filter: DisputeFilter,
        page: PageRequest,
    ) -> Result<Page<Dispute>, PaymentError> {
        use dispute::{Column, Entity};
        let mut select = Entity::find();
        if let Some(state) = filter.state {
            select = select.filter(Column::State.eq(state));
        }
        let (db, by) = (self.env.pool.read(), [Column::OpenedAt, Column::Id]);
        let key = |row: &dispute::Model| (row.opened_at, row.id.0);
        let rows = paging::rows(db, select, by, &page, key).await?;
        let ids = rows.items.iter().map(|row| row.payment_id).collect();
        let described = self.described(ids).await?;
        rows.try_map(|row| {
            let of = described.get(&row.payment_id).cloned();
            row.view(of.ok_or(PaymentError::NotFound)?)
        })
    }

    /// A store's own, each with what it keeps of its part; those of which nothing of it is kept are not its
    /// affair.
    async fn disputes_of(
        &self,
        store: StoreId,
        page: PageRequest,
    ) -> Result<Page<Dispute>, PaymentError> {
        use dispute_part::{Column, Entity};
        let select = Entity::find().filter(Column::StoreId.eq(store));
        let (db, by) = (self.env.pool.read(), [Column::OpenedAt, Column::DisputeId]);
        let key = |row: &dispute_part::Model| (row.opened_at, row.dispute_id.0);
        let parts = paging::rows(db, select, by, &page, key).await?;
        let rows = self.disputes_by_id(&parts.items).await?;
        let ids = rows.iter().map(|row| row.payment_id).collect();
        let described = self.described(ids).await?;
        let rows: BTreeMap<DisputeId, dispute::Model> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        parts.try_map(|part| {
            let row = rows.get(&part.dispute_id).cloned();
            let row = row.ok_or(PaymentError::NotFound)?;
            let of = described.get(&row.payment_id).cloned();
            let own = [part.view(&row.currency)?];
            row.view_of(of.ok_or(PaymentError::NotFound)?, &own)
        })
    }

    async fn disputes_by_id(
        &self,
        parts: &[dispute_part::Model],
    ) -> Result<Vec<dispute::Model>, PaymentError> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let ids = parts.iter().map(|part| part.dispute_id);
        let found = dispute::Entity::find().filter(dispute::Column::Id.eq_any(ids));
        Ok(found.rows(self.env.pool.read()).await?)
    }

    async fn described(
        &self,
        ids: Vec<PaymentId>,
    ) -> Result<BTreeMap<PaymentId, Described>, PaymentError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let payments = payment::Entity::find()
            .filter(payment::Column::Id.eq_any(ids))
            .rows(self.env.pool.read())
            .await?;
        let described = payments.into_iter().map(|row| {
            let of = Described {
                reference: Ref::new(row.reference),
                description: row.description,
            };
            (row.id, of)
        });
        Ok(described.collect())
    }

    /// The row, if it is the store's or anybody may see it.
    pub(super) async fn dispute_seen(
        &self,
        store: Option<StoreId>,
        id: DisputeId,
    ) -> Result<(dispute::Model, Vec<dispute_part::Model>), PaymentError> {
        let db = self.env.pool.read();
        let row = dispute::Entity::find_by_id(id).row(db).await?;
        let row = row.ok_or(PaymentError::NotFound)?;
        let mut parts = found::parts(db, id).await?;
        if let Some(own) = store {
            parts.retain(|part| part.store_id == own);
            if parts.is_empty() {
                return Err(PaymentError::NotFound);
            }
        }
        Ok((row, parts))
    }

    pub(super) async fn dispute_details(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        id: DisputeId,
    ) -> Result<DisputeDetails, PaymentError> {
        let (row, parts) = self.dispute_seen(store, id).await?;
        let mut described = self.described(vec![row.payment_id]).await?;
        let of = described.remove(&row.payment_id);
        let of = of.ok_or(PaymentError::NotFound)?;
        let allowed = self.allowed(actor, &row, &parts);
        let evidence_by_hand = !self.is_sent_there(&row);
        let parts = parts.iter().map(|part| part.view(&row.currency));
        let parts: Vec<DisputePart> = parts.collect::<Result<_, PaymentError>>()?;
        let history = match store {
            Some(_) => Vec::new(),
            None => self.dispute_history(&row).await?,
        };
        let evidence = self.evidence_of(store, id).await?;
        let dispute = match store {
            Some(_) => row.view_of(of, &parts)?,
            None => row.view(of)?,
        };
        Ok(DisputeDetails {
            dispute,
            parts,
            evidence,
            history,
            allowed,
            evidence_by_hand,
        })
    }

    /// Whether who works there sends evidence, and does not only write it: a store whose parts these are only
    /// if it is nobody else's affair, for it is sent once.
    pub(super) fn sends(
        &self,
        store: Option<StoreId>,
        row: &dispute::Model,
        parts: &[dispute_part::Model],
    ) -> bool {
        let own: Decimal = parts.iter().map(|part| part.amount).sum();
        store.is_none() || (self.settings.sellers_send_evidence && own == row.held)
    }

    fn allowed(
        &self,
        actor: &Actor,
        row: &dispute::Model,
        parts: &[dispute_part::Model],
    ) -> Vec<DisputeAction> {
        let opened = row.state == DisputeState::Opened;
        let writes = access::evidence(actor);
        let sends = matches!(&writes, Ok(store) if self.sends(*store, row, parts));
        let closes = self.is_for_a_person(row) && access::manage_payments(actor).is_ok();
        let open = dispute_status::is_open(row.state);
        let can = [
            (DisputeAction::WriteEvidence, opened && writes.is_ok()),
            (DisputeAction::SendEvidence, opened && sends),
            (DisputeAction::Close, open && closes),
            (
                DisputeAction::Appeal,
                row.state == DisputeState::Lost && closes,
            ),
        ];
        let allowed = can.into_iter().filter(|(_, can)| *can);
        allowed.map(|(action, _)| action).collect()
    }
}
