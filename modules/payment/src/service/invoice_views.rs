//! Invoices to stores, and debts that ended, as they are shown.

use feira_kernel::{Actor, Page, PageRequest, StoreId, db::Find};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Service, paging, rows};
use crate::{
    DebtInvoice, DebtSettlement, InvoiceId, PaymentError, access,
    entities::{
        debt_invoice::{self, Column, Entity},
        debt_settlement,
    },
};

impl debt_invoice::Model {
    pub(super) fn view(self) -> Result<DebtInvoice, PaymentError> {
        Ok(DebtInvoice {
            id: self.id,
            number: self.number,
            store: self.store_id,
            store_name: self.store_name,
            business_name: self.business_name,
            tax_id: self.tax_id,
            amount: rows::money(self.amount, &self.currency)?,
            note: self.note,
            due_on: self.due_on.to_string(),
            status: self.status,
            ended_note: self.ended_note,
            ended_at: self.ended_at,
            created_at: self.created_at,
        })
    }
}

impl Service {
    pub(crate) async fn debt_invoices(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        page: PageRequest,
    ) -> Result<Page<DebtInvoice>, PaymentError> {
        let mut found = Entity::find();
        if let Some(store) = access::reserves(actor, store)? {
            found = found.filter(Column::StoreId.eq(store));
        }
        let (db, by) = (self.env.pool.read(), [Column::CreatedAt, Column::Id]);
        let key = |row: &debt_invoice::Model| (row.created_at, row.id.0);
        paging::newest(db, found, by, &page, key, debt_invoice::Model::view).await
    }

    pub(crate) async fn debt_invoice(
        &self,
        actor: &Actor,
        id: InvoiceId,
    ) -> Result<DebtInvoice, PaymentError> {
        let mut found = Entity::find_by_id(id);
        if let Some(store) = access::reserves(actor, None)? {
            found = found.filter(Column::StoreId.eq(store));
        }
        let row = found.row(self.env.pool.read()).await?;
        row.ok_or(PaymentError::NotFound)?.view()
    }

    pub(crate) async fn debt_settlements(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        page: PageRequest,
    ) -> Result<Page<DebtSettlement>, PaymentError> {
        use debt_settlement::Column;
        let mut found = debt_settlement::Entity::find();
        if let Some(store) = access::reserves(actor, store)? {
            found = found.filter(Column::StoreId.eq(store));
        }
        let (db, by) = (self.env.pool.read(), [Column::At, Column::Id]);
        let key = |row: &debt_settlement::Model| (row.at, row.id);
        paging::newest(db, found, by, &page, key, debt_settlement::Model::view).await
    }
}
