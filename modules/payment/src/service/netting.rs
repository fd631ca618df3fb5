//! What stores owe beside their open items, and what they are owed: the one is taken off the other.

use feira_kernel::{StoreId, Total, db, values};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Service,
    releasing::open_items,
    rows::{internal, total},
    store_money::lock_money,
};
use crate::{Account, PaymentError, ledger, postings};

/// What a store owes beside its open items, in the transaction that holds its money; less than nothing, if it is
/// owed that.
pub(super) async fn receivable(
    tx: &db::Tx,
    store: StoreId,
    currency: &str,
) -> Result<Decimal, PaymentError> {
    let owed = db::scalar::<Decimal>(
        &**tx,
        include_str!("../sql/receivable_of_store.sql"),
        values![store, currency.to_owned()],
    );
    Ok(owed.await?.unwrap_or_default())
}

/// Without what open invoices ask of it: that no payout nets.
pub(super) async fn unbilled(
    tx: &db::Tx,
    store: StoreId,
    currency: &str,
) -> Result<Decimal, PaymentError> {
    let billed = db::scalar::<Decimal>(
        &**tx,
        include_str!("../sql/open_invoices_of_store.sql"),
        values![store, currency.to_owned()],
    );
    let billed = billed.await?.unwrap_or_default();
    Ok(receivable(tx, store, currency).await? - billed)
}

impl Service {
    /// Takes what the store owes, and was not billed, off what is payable to it, as far as that goes, while its
    /// money is held: gives the entry that the next payout claims, and how much it takes.
    pub(super) async fn net_off(
        &self,
        tx: &db::Tx,
        (store, currency): (StoreId, &str),
        payable: Decimal,
    ) -> Result<Option<(Uuid, Decimal)>, PaymentError> {
        let owed = unbilled(tx, store, currency).await?;
        let netted = owed.min(payable);
        if netted <= Decimal::ZERO {
            return Ok(None);
        }
        let entry = self.net(tx, store, netted, currency).await?;
        Ok(Some((entry, netted)))
    }

    /// What a store is owed beside its open items is payable at once: after a refund that it made itself, of
    /// which the marketplace's side was settled before, or was billed. Never more than this refund credited it: of
    /// whatever else the books lack there, nothing is paid out.
    pub(super) async fn open_what_is_owed(
        &self,
        tx: &db::Tx,
        store: StoreId,
        credited: Total,
    ) -> Result<(), PaymentError> {
        let currency = credited.currency();
        lock_money(tx, store, currency.code()).await?;
        let owed = unbilled(tx, store, currency.code()).await?;
        let opened = owed.max(-credited.amount());
        if opened < Decimal::ZERO {
            self.net(tx, store, opened, currency.code()).await?;
        }
        Ok(())
    }

    /// Gives the entry of what is payable.
    async fn net(
        &self,
        tx: &db::Tx,
        store: StoreId,
        amount: Decimal,
        currency: &str,
    ) -> Result<Uuid, PaymentError> {
        let posting = postings::netted(self.env.uuid(), store, total(amount, currency)?);
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await?;
        let mut entries = entries.into_iter();
        let payable = entries.find(|(_, entry)| entry.account == Account::SellerPayable);
        let (id, _) = payable.ok_or_else(|| internal("netting without an entry"))?;
        Ok(id)
    }
}
