//! Fiscal documents of stores' parts.

use feira_kernel::{
    Actor, Env, FieldError, IdempotencyKey, ModuleError, StoreId, audit,
    db::{self, Find},
    idempotency::{self, Keyed},
    validate::TAKEN,
    values,
};
use feira_payment::{EarningState, PartReference};
use feira_store::StoreKey;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::{Service, change};
use crate::{
    FiscalFile, NewFiscalDocument, OrderError, OrderId, SellerOrder, StoreOrderId,
    StoreOrderNumber,
    access::{self, SELF},
    acts::DOCUMENT_SET,
    entities::{fiscal_document, store_order},
    field_codes::FISCAL_KEY_ISSUER,
    neighbours,
    validate::{self, Document},
};

/// Parts of which one call tells the numbers.
const MOST_NUMBERS: usize = 500;

/// A part, and its place in its order.
#[derive(Debug, Clone, Copy)]
struct Place {
    order: OrderId,
    part: StoreOrderId,
    store: StoreId,
}

impl Service {
    pub(crate) async fn set_fiscal_document(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        document: NewFiscalDocument,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let store = access::seller(actor)?;
        let document = validate::fiscal_document(document)?;
        let order = self.order_of(id, store).await?;
        let keyed = IdempotencyKey::of(key, actor);
        let earlier: Option<OrderId> = idempotency::earlier(&self.env, keyed.as_ref()).await?;
        if earlier.is_none() && !self.has(id, &document).await? {
            self.may_be_its_store(store, &document).await?;
            let place = Place {
                order,
                part: id,
                store,
            };
            // The file first: a row never names one that is not there.
            if let Some(file) = &document.file {
                let documents = &self.deps.documents;
                documents.put(file.clone(), self.env.uuid()).await?;
            }
            self.keep(actor, place, document, keyed).await?;
        }
        self.store_order(actor, id).await
    }

    /// Whether the part has this very document; without a file, whichever file it has. Another one that it
    /// has must not be claimed.
    ///
    /// A payout may claim the earning between this look and the writing: payment is asked in no transaction of
    /// this module. That does no harm. The part has a document of its store before and after, so nothing is paid
    /// without one; and which it was when the payout was made, the audit log tells.
    async fn has(&self, id: StoreOrderId, document: &Document) -> Result<bool, OrderError> {
        let kept = fiscal_document::Entity::find_by_id(id)
            .row(self.env.pool.read())
            .await?;
        let Some(kept) = kept else { return Ok(false) };
        let same_file = document.file.as_ref().is_none_or(|given| {
            let named = kept.file_key.as_deref() == Some(given.key.as_str());
            named || kept.file.as_ref() == Some(&given.bytes)
        });
        if kept.key == document.key.digits && same_file {
            return Ok(true);
        }
        let part = PartReference::new(id.0);
        let told = self.deps.payments.earnings(&SELF, vec![part]).await;
        let told = told.map_err(neighbours::payment)?;
        let claimed = |state| matches!(state, EarningState::InPayout | EarningState::PaidOut);
        match told.iter().any(|earning| claimed(earning.state)) {
            true => Err(OrderError::DocumentFixed),
            false => Ok(false),
        }
    }

    /// Refused and not only told: what another company gave out is no document of this sale, and an earning
    /// may wait for it.
    async fn may_be_its_store(
        &self,
        store: StoreId,
        document: &Document,
    ) -> Result<(), OrderError> {
        let store = self.deps.stores.store(&SELF, StoreKey::Id(store)).await;
        let store = store.map_err(OrderError::from_neighbour)?;
        if document.key.may_be_of(&store.tax_id) {
            return Ok(());
        }
        let why = "the key names another company than the tax id of the store";
        Err(FieldError::new("/key", FISCAL_KEY_ISSUER, why).into())
    }

    async fn keep(
        &self,
        actor: &Actor,
        place: Place,
        document: Document,
        keyed: Option<Keyed>,
    ) -> Result<(), OrderError> {
        let input = (self.env.clone(), actor.clone(), place, (document, keyed));
        self.env
            .pool
            .transaction(input, |tx, (env, actor, place, (document, keyed))| {
                Box::pin(async move {
                    let order = change::lock_once(tx, &env, place.order, keyed.as_ref()).await?;
                    if order.is_none() {
                        return Ok(());
                    }
                    let before = fiscal_document::Entity::find_by_id(place.part);
                    let before = before.row(&**tx).await?.map(|kept| kept.key);
                    let details = json!({
                        "store": place.store, "key": document.key.digits, "before": before,
                    });
                    write(tx, &env, place, document).await?;
                    audit::record(tx, &env, &actor, DOCUMENT_SET, place.part.0, details).await?;
                    Ok(())
                })
            })
            .await
    }

    pub(crate) async fn fiscal_file(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        of: Option<OrderId>,
    ) -> Result<FiscalFile, OrderError> {
        let own = match actor.store() {
            Some(_) => Some(access::seller(actor)?),
            None => None,
        };
        let part = store_order::Entity::find_by_id(id);
        let part = part.row(self.env.pool.read()).await?;
        let part = part.filter(|part| of.is_none_or(|of| of == part.order_id));
        let part = part.ok_or(OrderError::NotFound)?;
        let seen = match own {
            Some(store) => store == part.store_id,
            None => {
                let owner = self.owner_of(part.order_id).await?;
                let owner = owner.ok_or(OrderError::NotFound)?;
                self.sees(actor, &owner).await?
            }
        };
        if !seen {
            return Err(OrderError::NotFound);
        }
        let kept = fiscal_document::Entity::find_by_id(id);
        let kept = kept.row(self.env.pool.read()).await?;
        let kept = kept.ok_or(OrderError::NotFound)?;
        let media_type = kept.media_type.ok_or(OrderError::NotFound)?;
        let bytes = match (kept.file_key, kept.file) {
            (Some(key), _) => self.deps.documents.get(&key).await?,
            // Kept in the table, by an earlier release.
            (None, Some(bytes)) => bytes,
            (None, None) => return Err(OrderError::NotFound),
        };
        Ok(FiscalFile {
            key: kept.key,
            media_type: media_type.as_str().to_owned(),
            bytes,
        })
    }

    pub(crate) async fn store_order_numbers(
        &self,
        actor: &Actor,
        ids: Vec<StoreOrderId>,
    ) -> Result<Vec<StoreOrderNumber>, OrderError> {
        use store_order::Column;
        let own = actor.store();
        if own.is_none() && !access::is_operator(actor) {
            return Err(OrderError::Forbidden);
        }
        if ids.len() > MOST_NUMBERS {
            return Err(FieldError::too_many("/ids", MOST_NUMBERS).into());
        }
        let mut found = store_order::Entity::find().filter(Column::Id.eq_any(ids));
        if let Some(own) = own {
            found = found.filter(Column::StoreId.eq(own));
        }
        let rows: Vec<(StoreOrderId, String)> = found
            .select_only()
            .column(Column::Id)
            .column(Column::Number)
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        let told = |(id, number)| StoreOrderNumber { id, number };
        Ok(rows.into_iter().map(told).collect())
    }
}

async fn write(tx: &db::Tx, env: &Env, place: Place, document: Document) -> Result<(), OrderError> {
    let Document { key, file } = document;
    let values = values![
        place.part,
        place.order,
        key.digits,
        key.series,
        key.number,
        file.as_ref().map(|file| file.kind),
        file.map(|file| file.key.as_str().to_owned()),
        env.now(),
    ];
    let sql = include_str!("../sql/set_fiscal_document.sql");
    match db::exec(&**tx, sql, values).await {
        Ok(1) => Ok(()),
        Ok(_) => Err(OrderError::Conflict),
        Err(error) if error.violates("fiscal_documents_key") => {
            let why = "another order has the document with this key";
            Err(FieldError::new("/key", TAKEN, why).into())
        }
        Err(error) => Err(error.into()),
    }
}
