use std::sync::atomic::{AtomicU64, Ordering};

use feira_kernel::{Currency, Money, StoreId, Time, UserId};
use uuid::Uuid;

use crate::{
    api::{
        Address, Application, Payee, PayeeAccount, PayoutDestination, ShippingMethodId,
        ShippingOption, Store, StoreStatus,
    },
    pix_key::PixKeyKind,
    slug,
};

/// An approved store in BRL with an owner of its own; every call makes another.
pub fn store(name: &str) -> Store {
    let id = next(0x5703);
    Store {
        id: StoreId(id),
        owner: UserId(next(0x0a01)),
        name: name.to_owned(),
        slug: slug::of(name),
        description: format!("{name} sells good things."),
        status: StoreStatus::Approved,
        status_reason: None,
        business_name: format!("{name} Ltda."),
        tax_id: "11222333000181".to_owned(),
        phone: "+55 11 99999-0000".to_owned(),
        address: address(),
        currency: Currency::BRL,
        time_zone: "America/Sao_Paulo".to_owned(),
        version: 1,
        created_at: Time::UNIX_EPOCH,
    }
}

/// A payee: an approved store that has had an account for long.
pub(super) fn payee(store: &Store) -> Payee {
    Payee {
        store: store.id,
        name: store.name.clone(),
        business_name: store.business_name.clone(),
        tax_id: store.tax_id.clone(),
        phone: store.phone.clone(),
        phone_changed_at: None,
        city: store.address.city.clone(),
        country: store.address.country.clone(),
        status: store.status,
        currency: store.currency,
        approved_at: Some(store.created_at),
        account: Some(payee_account(&store.id.to_string(), store.created_at)),
    }
}

/// A random PIX key that was given then.
pub fn payee_account(key: &str, changed_at: Time) -> PayeeAccount {
    let destination = PayoutDestination::Pix {
        key_kind: PixKeyKind::Random,
        key: key.to_owned(),
    };
    PayeeAccount {
        masked: destination.masked(),
        destination,
        version: 1,
        changed_at,
    }
}

/// A well-formed address in São Paulo.
pub fn address() -> Address {
    Address {
        recipient: Some("Ana Souza".to_owned()),
        street: "Avenida Paulista".to_owned(),
        number: Some("1578".to_owned()),
        complement: None,
        district: Some("Bela Vista".to_owned()),
        city: "São Paulo".to_owned(),
        state: Some("SP".to_owned()),
        postal_code: "01310-200".to_owned(),
        country: "BR".to_owned(),
        phone: None,
    }
}

/// An application that is accepted as it stands.
pub fn application(name: &str) -> Application {
    Application {
        business_name: format!("{name} Ltda."),
        tax_id: "11.222.333/0001-81".to_owned(),
        phone: "+55 11 99999-0000".to_owned(),
        name: name.to_owned(),
        description: format!("{name} sells good things."),
        address: address(),
    }
}

/// One way of shipping at a price in minor units. Its id is the store's, so that it is known;
/// give further ones of the same store an id of their own.
pub fn shipping_option(
    store: StoreId,
    name: &str,
    minor: i64,
    currency: Currency,
) -> ShippingOption {
    ShippingOption {
        method: ShippingMethodId(store.0),
        name: name.to_owned(),
        price: Money::from_minor(minor, currency).unwrap_or_else(|_| Money::zero(currency)),
        transit_days: 5,
    }
}

/// Ids that repeat themselves from run to run, in ascending order.
fn next(kind: u128) -> Uuid {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = u128::from(COUNT.fetch_add(1, Ordering::Relaxed));
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (count << 16) | kind)
}
