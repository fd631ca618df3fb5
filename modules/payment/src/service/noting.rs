//! What operators note down of a payment, for themselves.

use feira_kernel::{
    Actor, FieldError, audit,
    db::{self, Change, Find},
    validate::Fields,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, rows};
use crate::{
    PaymentChange, PaymentDetails, PaymentError, PaymentId, access,
    acts::NOTES_CHANGED,
    entities::payment::{ActiveModel, Column, Entity},
    field_codes::NOTES_FULL,
};

const MOST_CHARS: usize = 2000;

type Notes = (Option<String>, i64);

impl Service {
    pub(crate) async fn change_payment(
        &self,
        actor: &Actor,
        id: PaymentId,
        change: PaymentChange,
    ) -> Result<PaymentDetails, PaymentError> {
        access::manage_payments(actor)?;
        let change = checked(change)?;
        let input = (self.clone(), actor.clone(), change);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, change)| {
                Box::pin(async move { service.write_notes(tx, &by, id, change).await })
            })
            .await?;
        self.providers.refresh().await?;
        self.details_of(id).await
    }

    async fn write_notes(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: PaymentId,
        change: PaymentChange,
    ) -> Result<(), PaymentError> {
        let row = rows::lock(tx, id).await?;
        let version = row.notes_version;
        if matches!(&change.expected_version, Some(seen) if !seen.allow(version)) {
            return Err(PaymentError::VersionMismatch);
        }
        let Some(notes) = change.notes.filter(|notes| *notes != row.notes) else {
            return Ok(());
        };
        let details = json!({"noted": notes.is_some()});
        let set = ActiveModel {
            notes: Set(notes),
            notes_version: Set(version + 1),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let changed = Entity::update_many().set(set).filter(Column::Id.eq(id));
        changed.run(&**tx).await?;
        // What was typed is with the payment alone.
        audit::record(tx, &self.env, by, NOTES_CHANGED, id.0, details).await?;
        Ok(())
    }

    /// In a line of its own behind what was noted before.
    pub(super) async fn add_note(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: PaymentId,
        note: &str,
    ) -> Result<(), PaymentError> {
        let before = rows::lock(tx, id).await?.notes;
        let notes = match before {
            Some(before) => format!("{before}\n{note}"),
            None => note.to_owned(),
        };
        if notes.chars().count() > MOST_CHARS {
            let why = "it does not fit behind the notes that are there: shorten it, or them";
            return Err(FieldError::new("/note", NOTES_FULL, why).into());
        }
        let change = PaymentChange {
            notes: Some(Some(notes)),
            ..PaymentChange::default()
        };
        self.write_notes(tx, by, id, change).await
    }

    pub(super) async fn notes(&self, id: PaymentId) -> Result<Notes, PaymentError> {
        let found: Option<Notes> = Entity::find_by_id(id)
            .select_only()
            .column(Column::Notes)
            .column(Column::NotesVersion)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        found.ok_or(PaymentError::NotFound)
    }
}

/// Notes of nothing are none.
fn checked(change: PaymentChange) -> Result<PaymentChange, PaymentError> {
    let mut fields = Fields::default();
    let notes = change.notes.map(|notes| {
        let clean = fields.free_text("/notes", &notes.unwrap_or_default(), 0..=MOST_CHARS);
        (!clean.is_empty()).then_some(clean)
    });
    Ok(fields.or(PaymentChange { notes, ..change })?)
}
