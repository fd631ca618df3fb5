//! Who may do what. A foreign payment looks like one that does not exist.

use feira_kernel::{Actor, StoreId, Surface, UserId};
use feira_store::{FULFIL_ORDERS, MANAGE_PAYOUT_ACCOUNT, REFUND_ORDERS};

use crate::{
    CONFIGURE_PAYMENTS, MANAGE_PAYMENTS, MANAGE_PAYOUTS, PaymentError, SEE_BALANCE, SEE_PAYMENTS,
};

/// As whom this module asks the ones below.
pub(crate) static SELF: Actor = Actor::system("payment");

/// Commands that only what is paid for may give.
pub(crate) fn order(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_system(&["order"]))
}

/// What the gateway passes on: notifications and tokens that it has checked.
pub(crate) fn gateway(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_system(&["gateway"]))
}

/// Upkeep that any module of this process may ask for.
pub(crate) fn upkeep(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_system(&["order", "gateway", "payment"]))
}

/// A payment: its payer, whoever holds its reference, an operator.
pub(crate) fn payment(actor: &Actor, payer: Option<UserId>) -> Result<(), PaymentError> {
    let own = matches!(actor, Actor::Person { user, .. } if payer == Some(*user));
    if own || actor.is_operator(SEE_PAYMENTS) || actor.is_system(&["order", "gateway"]) {
        Ok(())
    } else {
        Err(PaymentError::NotFound)
    }
}

/// Who keeps payment methods: people who buy.
pub(crate) fn shopper(actor: &Actor) -> Result<UserId, PaymentError> {
    match actor {
        Actor::Person {
            user,
            surface: Surface::Shop,
            ..
        } => Ok(*user),
        _ => Err(PaymentError::Forbidden),
    }
}

pub(crate) fn see_payments(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(SEE_PAYMENTS) || actor.is_system(&["gateway"]))
}

/// Who holds a provider's report against the books.
pub(crate) fn reconcile(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(SEE_PAYMENTS) || actor.is_system(&["cli"]))
}

pub(crate) fn manage_payments(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(MANAGE_PAYMENTS))
}

pub(crate) fn configure(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(CONFIGURE_PAYMENTS))
}

/// Who imports bank statements: an operator, or whoever has the machine.
pub(crate) fn import_statements(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(MANAGE_PAYMENTS) || actor.is_system(&["cli"]))
}

/// Whose legs a seller's own statement settles: her store's, as her word does of each.
pub(crate) fn own_statement(actor: &Actor) -> Result<StoreId, PaymentError> {
    actor
        .seller_store(FULFIL_ORDERS)
        .ok_or(PaymentError::Forbidden)
}

/// Who says what became of a refund: a store of its own, or an operator of any.
pub(crate) fn say_refund(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    give_back(actor)
}

pub(crate) fn manage_payouts(actor: &Actor) -> Result<(), PaymentError> {
    allow(actor.is_operator(MANAGE_PAYOUTS))
}

/// The store whose accounts at providers are told: the acting seller's.
pub(crate) fn see_store_accounts(actor: &Actor) -> Result<StoreId, PaymentError> {
    match actor.seller_store(SEE_BALANCE) {
        Some(own) => Ok(own),
        None => manage_store_account(actor),
    }
}

/// Who says where the store is paid opens its accounts.
pub(crate) fn manage_store_account(actor: &Actor) -> Result<StoreId, PaymentError> {
    let store = actor.seller_store(MANAGE_PAYOUT_ACCOUNT);
    store.ok_or(PaymentError::Forbidden)
}

/// The store whose books are asked for: a seller's own, whatever she names, or the operator's choice.
pub(crate) fn store(actor: &Actor, named: Option<StoreId>) -> Result<StoreId, PaymentError> {
    if let Some(own) = actor.seller_store(SEE_BALANCE) {
        return match named {
            Some(named) if named != own => Err(PaymentError::NotFound),
            _ => Ok(own),
        };
    }
    see_payments(actor)?;
    named.ok_or(PaymentError::NotFound)
}

/// Whose reserves are told: a seller's own, whatever she names, or the operator's choice.
pub(crate) fn reserves(
    actor: &Actor,
    named: Option<StoreId>,
) -> Result<Option<StoreId>, PaymentError> {
    match (payouts(actor)?, named) {
        (Some(own), Some(named)) if named != own => Err(PaymentError::NotFound),
        (own, named) => Ok(own.or(named)),
    }
}

/// Whose earnings are told: those of the store in which the person works, or anybody's.
pub(crate) fn earnings(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    match actor.store() {
        Some(own) => Ok(Some(own)),
        None => order(actor).map(|()| None),
    }
}

/// Whose payouts are listed: one store's, or everybody's for operators.
pub(crate) fn payouts(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    if let Some(own) = actor.seller_store(SEE_BALANCE) {
        return Ok(Some(own));
    }
    allow(actor.is_operator(SEE_PAYMENTS) || actor.is_operator(MANAGE_PAYOUTS)).map(|()| None)
}

/// Whose disputes are told: one store's, or everybody's for operators.
pub(crate) fn disputes(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    if let Some(own) = actor.seller_store(SEE_BALANCE) {
        return Ok(Some(own));
    }
    allow(actor.is_operator(SEE_PAYMENTS) || actor.is_operator(MANAGE_PAYMENTS)).map(|()| None)
}

/// Who writes evidence, or sends it: an operator, or a store of its own.
pub(crate) fn evidence(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    give_back(actor)
}

/// Who decides on money that goes back: a member of its store who may, or an operator. To see it is not enough.
fn give_back(actor: &Actor) -> Result<Option<StoreId>, PaymentError> {
    match actor.seller_store(REFUND_ORDERS) {
        Some(own) => Ok(Some(own)),
        None => manage_payments(actor).map(|()| None),
    }
}

fn allow(allowed: bool) -> Result<(), PaymentError> {
    if allowed {
        Ok(())
    } else {
        Err(PaymentError::Forbidden)
    }
}
