//! For tests of this module and of those above it: a fake that keeps payments in memory, and the
//! suite that the fake, the real one and a remote one pass alike; the same for providers.

mod contract;
mod fake;
mod fake_provider;
mod provider_contract;

use feira_kernel::{Actor, Currency, Money, Ref, StoreId, Time};
use time::{Duration, macros::datetime};
use uuid::Uuid;

use crate::{Method, PartReference, Split, StartPayment};

pub use contract::{Subject, contract};
pub use fake::{FakeOutcome, FakePayments};
pub use fake_provider::{FakeProvider, HeldRefund};
pub use provider_contract::{ProviderHarness, provider_contract};

/// When tests begin; the testkit's clock stands here too.
pub const NOW: Time = datetime!(2026-03-02 12:00 UTC);

/// The caller of every command.
pub fn order() -> Actor {
    Actor::system("order")
}

pub fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).expect("a small amount")
}

/// A store's part of which a tenth is commission, rounded down.
pub fn split(store: StoreId, part: Uuid, amount: i64) -> Split {
    Split {
        store,
        part: PartReference::new(part),
        amount: brl(amount),
        commission: brl(amount / 10),
        earning: brl(amount - amount / 10),
    }
}

/// A payment of the splits' sum, for half an hour, with a random key.
pub fn start(reference: Uuid, method: Method, splits: Vec<Split>) -> StartPayment {
    let minor = splits.iter().map(|split| split.amount.minor()).sum();
    StartPayment {
        key: random(),
        reference: Ref::new(reference),
        description: "F-1001".to_owned(),
        payer: None,
        method,
        amount: brl(minor),
        splits,
        expires_at: NOW + Duration::minutes(30),
    }
}

pub fn card(token: &str) -> Method {
    Method::Card {
        token: token.to_owned(),
        instalments: 1,
    }
}

/// The same, paid in so many.
pub fn card_in(token: &str, instalments: u8) -> Method {
    Method::Card {
        token: token.to_owned(),
        instalments,
    }
}

/// A fresh id.
pub fn random() -> Uuid {
    feira_kernel::Entropy::system().uuid(NOW)
}

/// The header under which a provider signs a notification.
pub fn signature(at: Time, body: &[u8], secret: &str) -> String {
    crate::signature::header(at, body, secret)
}
