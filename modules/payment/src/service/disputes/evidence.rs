//! What the store says to a dispute: texts and files, until they are sent.

use feira_kernel::{
    Actor, FieldError, StoreId, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::REQUIRED,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::checking::{Checked, checked};
use crate::{
    DisputeDetails, DisputeId, DisputeState, Evidence, EvidenceContent, EvidenceFile, EvidenceKind,
    NewEvidence, PaymentError,
    acts::EVIDENCE_REMOVED,
    entities::{
        dispute,
        dispute_evidence::{ActiveModel, Column, Entity, Model},
    },
    service::{Service, rows::internal},
};

/// Of all kinds, of as many stores as a payment has splits, and the marketplace.
pub(super) const MOST_PIECES: u64 = 808;
/// In the place of a store: the marketplace's own.
const MARKETPLACE: StoreId = StoreId(Uuid::nil());

/// Without the bytes of the file.
#[derive(FromQueryResult)]
struct EvidenceRow {
    store_id: StoreId,
    kind: EvidenceKind,
    text: Option<String>,
    file_name: Option<String>,
    file_type: Option<String>,
    file_size: Option<i32>,
    updated_at: feira_kernel::Time,
}

/// What there is of a kind.
#[derive(FromQueryResult)]
struct Present {
    text: Option<String>,
    file_name: Option<String>,
}

impl Service {
    /// A store's, or all.
    pub(super) async fn evidence_of(
        &self,
        store: Option<StoreId>,
        id: DisputeId,
    ) -> Result<Vec<Evidence>, PaymentError> {
        let mut found = Entity::find().filter(Column::DisputeId.eq(id));
        if let Some(store) = store {
            found = found.filter(Column::StoreId.eq(store));
        }
        let rows: Vec<EvidenceRow> = found
            .select_only()
            .columns([
                Column::StoreId,
                Column::Kind,
                Column::Text,
                Column::FileName,
                Column::FileType,
                Column::FileSize,
                Column::UpdatedAt,
            ])
            .order_by_asc(Column::StoreId)
            .order_by_asc(Column::Kind)
            .limit(MOST_PIECES)
            .into_model::<EvidenceRow>()
            .rows(self.env.pool.read())
            .await?;
        let mut all: Vec<Evidence> = rows.into_iter().map(EvidenceRow::view).collect();
        all.sort_by_key(|evidence| (evidence.kind, evidence.store));
        Ok(all)
    }

    pub(super) async fn file_of(
        &self,
        store: Option<StoreId>,
        id: DisputeId,
        kind: EvidenceKind,
    ) -> Result<EvidenceContent, PaymentError> {
        let found = Entity::find()
            .filter(Column::DisputeId.eq(id))
            .filter(Column::StoreId.eq(store.unwrap_or(MARKETPLACE)))
            .filter(Column::Kind.eq(kind.as_str()));
        let row = found.row(self.env.pool.read()).await?;
        let row = row.ok_or(PaymentError::NotFound)?;
        self.file_in(row).await?.ok_or(PaymentError::NotFound)
    }

    /// What was kept in the table is read there.
    pub(super) async fn file_in(
        &self,
        row: Model,
    ) -> Result<Option<EvidenceContent>, PaymentError> {
        let Some((name, media_type)) = row.file_name.zip(row.file_type) else {
            return Ok(None);
        };
        let bytes = match (row.file_key, row.file) {
            (Some(key), _) => self.documents.get(&key).await?,
            (None, Some(bytes)) => bytes,
            (None, None) => return Err(internal("a file without content")),
        };
        Ok(Some(EvidenceContent {
            name,
            media_type,
            bytes,
        }))
    }

    pub(super) async fn write_evidence(
        &self,
        by: &Actor,
        (store, id): (Option<StoreId>, DisputeId),
        evidence: NewEvidence,
        keyed: Option<Keyed>,
    ) -> Result<DisputeDetails, PaymentError> {
        self.dispute_seen(store, id).await?;
        let checked = checked(evidence)?;
        // The file first: a row never names one that is not there.
        if let Some((_, document)) = &checked.file {
            self.documents
                .put(document.clone(), self.env.uuid())
                .await?;
        }
        let of = (id, store.unwrap_or(MARKETPLACE));
        let input = (self.clone(), by.clone(), of, checked, keyed);
        self.env
            .pool
            .transaction(input, |tx, (service, by, of, checked, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &of.0);
                    match known.await? {
                        Some(_) => Ok(()),
                        None => service.put(tx, &by, of, checked).await,
                    }
                })
            })
            .await?;
        self.dispute_details(by, store, id).await
    }

    /// Under the dispute's lock, so that what is written after it was sent is refused.
    async fn put(
        &self,
        tx: &db::Tx,
        by: &Actor,
        (id, store): (DisputeId, StoreId),
        checked: Checked,
    ) -> Result<(), PaymentError> {
        let row = dispute::Entity::find_by_id(id).lock_exclusive();
        let row = row.row(&**tx).await?.ok_or(PaymentError::NotFound)?;
        if row.state != DisputeState::Opened {
            return Err(PaymentError::DisputeMove(row.state));
        }
        let kind = checked.kind;
        if checked.remove {
            return self.take_away(tx, by, (id, store), kind).await;
        }
        let present = Entity::find()
            .select_only()
            .columns([Column::Text, Column::FileName])
            .filter(Column::DisputeId.eq(id))
            .filter(Column::StoreId.eq(store))
            .filter(Column::Kind.eq(kind))
            .into_model::<Present>();
        let present = present.row(&**tx).await?;
        let (before, filed) = present.map_or((None, None), |row| (row.text, row.file_name));
        let text = checked.text.or(before).filter(|text| !text.is_empty());
        if text.is_none() && filed.is_none() && checked.file.is_none() {
            return Err(FieldError::new("/text", REQUIRED, "a text, or a file").into());
        }
        let mut change = ActiveModel {
            dispute_id: Set(id),
            store_id: Set(store),
            kind: Set(kind),
            text: Set(text),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let mut changed = vec![Column::Text, Column::UpdatedAt];
        if let Some((name, document)) = checked.file {
            change.file_name = Set(Some(name));
            change.file_type = Set(Some(document.kind.media_type().to_owned()));
            change.file_size = Set(i32::try_from(document.bytes.len()).ok());
            change.file_key = Set(Some(document.key.as_str().to_owned()));
            change.file = Set(None);
            changed.extend([
                Column::FileName,
                Column::FileType,
                Column::FileSize,
                Column::FileKey,
                Column::File,
            ]);
        }
        let once = OnConflict::columns([Column::DisputeId, Column::StoreId, Column::Kind])
            .update_columns(changed)
            .to_owned();
        Entity::insert(change).on_conflict(once).run(&**tx).await?;
        Ok(())
    }

    async fn take_away(
        &self,
        tx: &db::Tx,
        by: &Actor,
        (id, store): (DisputeId, StoreId),
        kind: EvidenceKind,
    ) -> Result<(), PaymentError> {
        let gone = Entity::delete_many()
            .filter(Column::DisputeId.eq(id))
            .filter(Column::StoreId.eq(store))
            .filter(Column::Kind.eq(kind))
            .run(&**tx)
            .await?;
        if gone == 1 {
            let details = json!({"kind": kind});
            audit::record(tx, &self.env, by, EVIDENCE_REMOVED, id.0, details).await?;
        }
        Ok(())
    }
}

impl EvidenceRow {
    fn view(self) -> Evidence {
        let file = self.file_name.zip(self.file_type);
        Evidence {
            store: Some(self.store_id).filter(|store| *store != MARKETPLACE),
            kind: self.kind,
            text: self.text,
            file: file.map(|(name, media_type)| EvidenceFile {
                name,
                media_type,
                bytes: self.file_size.and_then(|n| n.try_into().ok()).unwrap_or(0),
            }),
            changed_at: self.updated_at,
        }
    }
}
