//! On what a store is paid by a buyer herself. Pure.
//!
//! A store has one account, the one that its payouts go to: it was checked, a change of it asks for the password and
//! is told to its owner. A second one for what buyers pay would have to be guarded as well, and would be forgotten
//! when the first is changed. A PIX key takes PIX, a bank account transfers; a chat takes the store's telephone.
//!
//! Somebody who took over a seller's session could have buyers pay him, at once and for good: for as long as payouts
//! are held after a change, nothing is paid to either account, nor in a chat after another telephone. A store's first
//! account counts at once, because nobody else was paid before, and a new shop is to sell on its first day.

use feira_kernel::{Money, Time};
use feira_store::{Payee, PayoutDestination};
use time::Duration;
use uuid::Uuid;

use crate::{MethodKind, br_code::BrCodeError, pix_account::PixAccount, provider::kinds, whatsapp};

/// What a buyer pays to, of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Receives {
    Pix(PixAccount),
    Account(PayoutDestination),
    /// A number as links have it.
    Chat(String),
}

/// What of it a leg keeps, so that no later change of the account moves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LegTold {
    pub(crate) txid: Option<String>,
    pub(crate) br_code: Option<String>,
    pub(crate) pay_to: Option<PayoutDestination>,
    pub(crate) chat: Option<String>,
}

/// Nothing where the store cannot be paid so now.
pub(crate) fn receives(
    payee: &Payee,
    method: MethodKind,
    (now, hold): (Time, Duration),
) -> Option<Receives> {
    if method == MethodKind::Whatsapp {
        let changed = payee.phone_changed_at;
        if changed.is_some_and(|changed| now < changed + hold) {
            return None;
        }
        return whatsapp::of_store(&payee.phone, &payee.country).map(Receives::Chat);
    }
    let account = payee.account.as_ref()?;
    if account.version != 1 && now < account.changed_at + hold {
        return None;
    }
    match (method, &account.destination) {
        (MethodKind::Pix, PayoutDestination::Pix { key, .. }) => {
            let account = PixAccount::of_store(key, &payee.business_name, &payee.city);
            account.ok().map(Receives::Pix)
        }
        (
            MethodKind::BankTransfer,
            to @ (PayoutDestination::BankAccount { .. } | PayoutDestination::Iban { .. }),
        ) => Some(Receives::Account(to.clone())),
        _ => None,
    }
}

impl Receives {
    /// What the payer of a leg of this amount is told; the txid of a PIX is made of the split's id.
    pub(crate) fn told(&self, split: Uuid, amount: Money) -> Result<LegTold, BrCodeError> {
        let nothing = LegTold::default();
        Ok(match self {
            Self::Pix(account) => {
                let txid = kinds::txid(split);
                LegTold {
                    br_code: Some(account.code(amount, &txid)?),
                    txid: Some(txid),
                    ..nothing
                }
            }
            Self::Account(to) => LegTold {
                pay_to: Some(to.clone()),
                ..nothing
            },
            Self::Chat(number) => LegTold {
                chat: Some(number.clone()),
                ..nothing
            },
        })
    }
}

#[cfg(test)]
#[path = "receiving_tests.rs"]
mod tests;
