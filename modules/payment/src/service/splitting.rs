//! Charges that a provider splits: each store's part goes to its own account there, and no payout pays it again.
//!
//! ```text
//! asked ---+--> paid      the charge is paid: what was pending is not owed to the store any more
//!          +--> denied    it was split otherwise: an alarm, and payouts pay the store
//! ```
//!
//! The account is kept with the part before the provider is asked, so that a repeat asks for the same. The capture is
//! booked as any; what follows is in `split_books`. Silence is no proof: while nobody says how a charge was split its
//! parts stay `asked`, and are neither released nor paid.

use std::collections::BTreeMap;

use feira_kernel::{StoreId, db::Change};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Service, pass, rows, split_accounts::is_paid_on, split_rows};
use crate::{
    PaymentError, PaymentId, StartPayment,
    entities::payment_split::{self, Column, SplitThere},
    provider::{
        self, Charge, Failure, NewCharge, Provider,
        splitting::{SplitRefunds, SplitTo, SplitsToStores},
    },
};

/// The accounts to which a new charge is split, by store, and whether what goes back of it is taken out of them.
#[derive(Debug, Default)]
pub(super) struct ToAccounts {
    pub(super) keys: BTreeMap<StoreId, String>,
    pub(super) refund: bool,
}

impl Service {
    /// To whose accounts a new charge is split: of the stores that earn something and have one there, of the very key
    /// that they are paid on now.
    pub(super) async fn accounts_to_split_to(
        &self,
        provider: &dyn Provider,
        start: &StartPayment,
    ) -> Result<ToAccounts, PaymentError> {
        let splits = provider.capabilities().splits;
        let Some(refunds) = splits.filter(|_| !self.settings.document_before_payout) else {
            return Ok(ToAccounts::default());
        };
        let earning = start
            .splits
            .iter()
            .filter(|split| split.earning.is_positive());
        let stores = earning.map(|split| split.store).collect();
        let ready = self.ready_accounts(stores).await?.into_iter();
        let here = ready.filter(|(_, there, _)| there == provider.name());
        let mut keys: BTreeMap<_, _> = here.map(|(store, _, account)| (store, account)).collect();
        if !keys.is_empty() {
            let payees = self.payees(keys.keys().copied().collect()).await?;
            keys.retain(|store, key| {
                let payee = payees.get(store);
                payee.is_some_and(|payee| is_paid_on(payee, key))
            });
        }
        Ok(ToAccounts {
            keys,
            refund: refunds == SplitRefunds::Accounts,
        })
    }

    /// Asks for the charge, split as it was to be when the payment began. What is refused because accounts are not
    /// there any more is asked for once more without these.
    pub(super) async fn charge_at(
        &self,
        provider: &dyn Provider,
        charge: &NewCharge,
    ) -> Result<Result<Charge, Failure>, PaymentError> {
        let deadline = self.settings.charge_deadline;
        let Some(splitting) = provider.splitting() else {
            return Ok(provider::by(deadline, provider.charge(charge)).await);
        };
        let mut splits = self.asked_there(charge.id).await?;
        if !splits.is_empty() {
            match self.charge_split_at(splitting, charge, &splits).await? {
                Err(Failure::Refused(why)) => {
                    let at = (provider, splitting);
                    if !self.drop_gone(at, charge.id, &splits).await? {
                        return Ok(Err(Failure::Refused(why)));
                    }
                    splits = self.asked_there(charge.id).await?;
                }
                answer => return Ok(answer),
            }
        }
        if splits.is_empty() {
            return Ok(provider::by(deadline, provider.charge(charge)).await);
        }
        self.charge_split_at(splitting, charge, &splits).await
    }

    async fn asked_there(&self, payment: PaymentId) -> Result<Vec<SplitTo>, PaymentError> {
        let rows = split_rows::splits(self.env.pool.write(), payment).await?;
        let asked = rows.iter().filter(|row| row.is_asked_there());
        asked.filter_map(|row| row.split_to().transpose()).collect()
    }

    /// Keeps what the answer says of the splits.
    async fn charge_split_at(
        &self,
        splitting: &dyn SplitsToStores,
        charge: &NewCharge,
        splits: &[SplitTo],
    ) -> Result<Result<Charge, Failure>, PaymentError> {
        let asked = splitting.charge_split(charge, splits);
        let answer = provider::by(self.settings.charge_deadline, asked).await;
        pass("payment.split_answered");
        if let Ok((_, Some(told))) = &answer {
            let is_split = |asked: &&SplitTo| told.iter().any(|one| one.is(asked));
            for split in [true, false] {
                let of = splits.iter().filter(|asked| is_split(asked) == split);
                let accounts: Vec<_> = of.map(|asked| asked.account.clone()).collect();
                if accounts.is_empty() {
                    continue;
                }
                let written = payment_split::Entity::update_many()
                    .set(payment_split::ActiveModel {
                        told_there: Set(Some(split)),
                        updated_at: Set(self.env.now()),
                        ..Default::default()
                    })
                    .filter(Column::PaymentId.eq(charge.id))
                    .filter(Column::There.eq(SplitThere::Asked))
                    .filter(Column::Account.is_in(accounts));
                written.run(self.env.pool.write()).await?;
            }
        }
        Ok(answer.map(|(charge, _)| charge))
    }

    /// Takes the accounts that are not there any more out of what is asked for; whether there were any.
    async fn drop_gone(
        &self,
        (provider, splitting): (&dyn Provider, &dyn SplitsToStores),
        payment: PaymentId,
        splits: &[SplitTo],
    ) -> Result<bool, PaymentError> {
        let mut gone = Vec::new();
        for one in splits {
            let look = splitting.sub_account(&one.account);
            let found = provider::by(self.settings.charge_deadline, look).await;
            if matches!(found, Err(Failure::NotFound)) {
                gone.push(one.account.clone());
            }
        }
        if gone.is_empty() {
            return Ok(false);
        }
        for account in &gone {
            // So that no other charge is split to it.
            if let Err(error) = self.look_at_account(provider, account).await {
                tracing::warn!(%error, "a store's account that is gone could not be looked at");
            }
        }
        let input = (self.clone(), gone);
        self.env
            .pool
            .transaction(input, move |tx, (service, gone)| {
                Box::pin(async move {
                    let row = rows::lock(tx, payment).await?;
                    if row.captured_at.is_some() {
                        return Ok(false);
                    }
                    let dropped = payment_split::Entity::update_many()
                        .set(payment_split::ActiveModel {
                            account: Set(None),
                            there: Set(None),
                            told_there: Set(None),
                            look_at: Set(None),
                            updated_at: Set(service.env.now()),
                            ..Default::default()
                        })
                        .filter(Column::PaymentId.eq(payment))
                        .filter(Column::There.eq(SplitThere::Asked))
                        .filter(Column::Account.is_in(gone));
                    Ok(dropped.run(&**tx).await? > 0)
                })
            })
            .await
    }
}
