//! What buyers pay to, of stores that are paid themselves.

use std::collections::BTreeMap;

use feira_kernel::{ModuleError, StoreId};
use feira_store::Payee;
use uuid::Uuid;

use super::{Service, batch_rows::NewSplitRow, rows::internal, splitting::ToAccounts};
use crate::{
    MethodKind, PayeeKind, PaymentError, StartPayment,
    access::SELF,
    provider::Taker,
    receiving::{self, Receives},
};

/// Of which are asked at once, as the module below bounds it.
const CHUNK: usize = 100;

impl Service {
    /// Of each of these stores, in their order; `StoresCannotReceive` tells those that have nothing. Of a payment
    /// that the marketplace takes, or that is paid on delivery, nothing is asked.
    pub(super) async fn receivers(
        &self,
        taker: &Taker,
        method: MethodKind,
        stores: &[StoreId],
    ) -> Result<Vec<Receives>, PaymentError> {
        let of_each = &mut None;
        self.receivers_of(taker, (method, stores), of_each).await
    }

    /// The same by one method of several: the stores are asked about by the first that needs it.
    pub(super) async fn receivers_of(
        &self,
        taker: &Taker,
        (method, stores): (MethodKind, &[StoreId]),
        of_each: &mut Option<BTreeMap<StoreId, Payee>>,
    ) -> Result<Vec<Receives>, PaymentError> {
        if taker.payee == PayeeKind::Marketplace || method.is_on_delivery() {
            return Ok(Vec::new());
        }
        let payees = match of_each {
            Some(payees) => payees,
            None => of_each.insert(self.payees_of(stores).await?),
        };
        let at = (self.env.now(), self.settings.payout_account_hold);
        let (mut receivers, mut lacking) = (Vec::with_capacity(stores.len()), Vec::new());
        for store in stores {
            let payee = payees.get(store);
            match payee.and_then(|payee| receiving::receives(payee, method, at)) {
                Some(receives) => receivers.push(receives),
                None => lacking.push(*store),
            }
        }
        match lacking.is_empty() {
            true => Ok(receivers),
            false => Err(PaymentError::StoresCannotReceive(lacking)),
        }
    }

    async fn payees_of(
        &self,
        stores: &[StoreId],
    ) -> Result<BTreeMap<StoreId, Payee>, PaymentError> {
        let mut payees = BTreeMap::new();
        for ids in stores.chunks(CHUNK) {
            let found = self.stores.payees(&SELF, ids.to_vec()).await;
            let found = found.map_err(PaymentError::from_neighbour)?;
            payees.extend(found.into_iter().map(|payee| (payee.store, payee)));
        }
        Ok(payees)
    }
}

/// The rows of the splits, with what the payers of legs are told.
pub(super) fn split_rows(
    start: &StartPayment,
    (payment, to_stores): (crate::PaymentId, bool),
    splits: &[Uuid],
    (receivers, accounts): (&[Receives], &ToAccounts),
) -> Result<Vec<NewSplitRow>, PaymentError> {
    let mut rows = Vec::with_capacity(splits.len());
    for (at, (split, id)) in start.splits.iter().zip(splits).enumerate() {
        let told = receivers.get(at).map(|one| one.told(*id, split.amount));
        let told = told.transpose().map_err(internal)?.unwrap_or_default();
        rows.push(NewSplitRow {
            id: *id,
            payment,
            position: at + 1,
            store: split.store,
            part: split.part,
            amount: split.amount.amount(),
            commission: split.commission.amount(),
            earning: split.earning.amount(),
            to_store: to_stores,
            txid: told.txid,
            br_code: told.br_code,
            pay_to: told.pay_to,
            chat: told.chat,
            account: accounts.keys.get(&split.store).cloned(),
            account_refunds: accounts.refund,
        });
    }
    Ok(rows)
}
