//! The public face of `store`: sellers, their stores, shipping and commission.

mod commission;
mod error;
mod payout_account;
mod shipping;

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Currency, IdempotencyKey, Page, PageRequest, Permission, StoreId, Time, UserId,
    Versions, remote,
};
use serde::{Deserialize, Serialize};

pub use commission::*;
pub use error::StoreError;
pub use payout_account::*;
pub use shipping::*;

/// Operators who decide on applications and suspend stores.
pub const REVIEW_STORES: &str = "stores.review";
/// Operators who edit the commission rules.
pub const MANAGE_COMMISSION: &str = "stores.commission";
/// Members who edit the store itself and its shipping methods.
pub const MANAGE_STORE: &str = "store.manage";
/// Owners, who say where the store is paid.
pub const MANAGE_PAYOUT_ACCOUNT: &str = "payout_account.manage";
/// Members who see and send the store's orders, and say that it has the money of one that its buyer pays it itself.
pub const FULFIL_ORDERS: &str = "orders.fulfil";
/// Members who give money of the store's orders back, and say what becomes of what is asked back.
pub const REFUND_ORDERS: &str = "orders.refund";
/// Members who see the store's money.
pub(crate) const SEE_BALANCE: &str = "balance.see";

remote! {
    /// Stores, their people, shipping and commission. Calls `user`.
    pub trait Stores, client HttpStores, dispatch dispatch_stores, service crate::service::Service {
        /// A signed-in person applies to sell: a pending store that she owns, with a default flat
        /// shipping method. A person owns one store; applying again while one is pending, approved
        /// or suspended is `AlreadyApplied`. Errors: `Invalid` (tax id check digits, name).
        async fn apply(&self, actor: &Actor, application: Application, key: Option<IdempotencyKey>) -> Result<Store, StoreError>;
        /// pending or suspended -> approved. [`REVIEW_STORES`]. Publishes [`StoreChanged`].
        async fn approve(&self, actor: &Actor, id: StoreId, key: Option<IdempotencyKey>) -> Result<Store, StoreError>;
        /// pending -> rejected, with the reason that the applicant reads.
        async fn reject(&self, actor: &Actor, id: StoreId, reason: String, key: Option<IdempotencyKey>) -> Result<Store, StoreError>;
        /// approved -> suspended: at once nothing of it can be bought.
        async fn suspend(&self, actor: &Actor, id: StoreId, reason: String, key: Option<IdempotencyKey>) -> Result<Store, StoreError>;
        /// One store by id or slug. Strangers see approved ones only; members, operators and
        /// modules see it in any state.
        async fn store(&self, actor: &Actor, key: StoreKey) -> Result<Store, StoreError>;
        /// Stores by id in any state, at most 100; unknown ids are left out. For modules.
        async fn stores(&self, actor: &Actor, ids: Vec<StoreId>) -> Result<Vec<Store>, StoreError>;
        /// Stores, newest first. Operators may filter by any status; everybody else sees approved ones.
        async fn list(&self, actor: &Actor, filter: StoreFilter, page: PageRequest) -> Result<Page<Store>, StoreError>;
        /// Stores that cannot be bought from now, for caches; at most 10,000, those that were approved
        /// once first. For modules.
        async fn not_purchasable(&self, actor: &Actor) -> Result<Vec<StoreId>, StoreError>;
        /// The stores in which a person works, with her permissions there. For modules and the gateway.
        async fn memberships(&self, actor: &Actor, user: UserId) -> Result<Vec<Membership>, StoreError>;
        /// All people of a store. For modules.
        async fn people(&self, actor: &Actor, id: StoreId) -> Result<Vec<UserId>, StoreError>;
        /// The people of a store whose role has the permission; nobody for an unknown permission. For
        /// modules.
        async fn people_who_may(&self, actor: &Actor, id: StoreId, permission: String) -> Result<Vec<UserId>, StoreError>;
        /// Changes what is given of the acting seller's store; orders keep the address that they
        /// were sent from. [`MANAGE_STORE`]. `VersionMismatch` if `expected_version` does not name
        /// the current one. Another telephone publishes [`StorePhoneChanged`]. Errors: `Invalid` (name, telephone,
        /// address, time zone).
        async fn update_store(&self, actor: &Actor, change: ProfileChange) -> Result<Store, StoreError>;
        /// The acting seller's shipping methods.
        async fn shipping_methods(&self, actor: &Actor) -> Result<Vec<ShippingMethod>, StoreError>;
        /// Adds a shipping method to the acting seller's store. [`MANAGE_STORE`].
        async fn add_shipping_method(&self, actor: &Actor, new: NewShippingMethod, key: Option<IdempotencyKey>) -> Result<ShippingMethod, StoreError>;
        /// Changes the given fields of one; earlier orders keep their shipping. [`MANAGE_STORE`].
        /// `NotFound` if it is not this store's, `VersionMismatch` as above.
        async fn update_shipping_method(&self, actor: &Actor, id: ShippingMethodId, change: ShippingMethodChange) -> Result<ShippingMethod, StoreError>;
        /// Removes one: carts that chose it must choose again. [`MANAGE_STORE`]. Not idempotent: a
        /// repeat is `NotFound`.
        async fn remove_shipping_method(&self, actor: &Actor, id: ShippingMethodId, expected: Option<Versions>) -> Result<(), StoreError>;
        /// The shipping options and prices of each store for its group of lines. One answer per request,
        /// in order; a store that cannot be bought from has no options. For modules.
        async fn quote_shipping(&self, actor: &Actor, requests: Vec<ShippingRequest>) -> Result<Vec<ShippingQuote>, StoreError>;
        /// The commission of each line by the first rule that matches, rounded half-up once per
        /// line. One answer per request, in order. For modules; frozen by the caller at sale.
        async fn quote_commission(&self, actor: &Actor, requests: Vec<CommissionRequest>) -> Result<Vec<CommissionQuote>, StoreError>;
        /// The ordered list of rules, first match wins, ending with the default; those that have
        /// ended too. [`MANAGE_COMMISSION`], and the catalogue.
        async fn commission_rules(&self, actor: &Actor) -> Result<Vec<CommissionRule>, StoreError>;
        /// Puts a rule at the top of the list. [`MANAGE_COMMISSION`].
        async fn add_commission_rule(&self, actor: &Actor, new: NewCommissionRule, key: Option<IdempotencyKey>) -> Result<CommissionRule, StoreError>;
        /// Changes the value or the end of a rule; earlier orders keep their commission.
        /// [`MANAGE_COMMISSION`]. The default rule takes a percentage only and has no end
        /// (`DefaultRule`).
        async fn update_commission_rule(&self, actor: &Actor, id: CommissionRuleId, change: CommissionRuleChange) -> Result<CommissionRule, StoreError>;
        /// Removes a rule; `DefaultRule` for the default. [`MANAGE_COMMISSION`]. Not idempotent: a
        /// repeat is `NotFound`.
        async fn remove_commission_rule(&self, actor: &Actor, id: CommissionRuleId, expected: Option<Versions>) -> Result<(), StoreError>;
        /// The payout account of the acting seller's store, if there is one. [`MANAGE_PAYOUT_ACCOUNT`]
        /// or [`SEE_BALANCE`].
        async fn payout_account(&self, actor: &Actor) -> Result<Option<PayoutAccount>, StoreError>;
        /// Sets the payout account of the acting seller's store; earlier ones are kept as history, and
        /// the current one again changes nothing. Publishes [`PayoutAccountChanged`].
        /// [`MANAGE_PAYOUT_ACCOUNT`] and her password. Errors: `Invalid` (also for the password),
        /// `TooManyTries`, `VersionMismatch`.
        async fn change_payout_account(&self, actor: &Actor, change: PayoutAccountChange, key: Option<IdempotencyKey>) -> Result<PayoutAccount, StoreError>;
        /// Stores by id in any state, at most 100, with their full payout accounts; unknown ids are left
        /// out. For `payment`.
        async fn payees(&self, actor: &Actor, ids: Vec<StoreId>) -> Result<Vec<Payee>, StoreError>;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKey {
    Id(StoreId),
    Slug(String),
}

feira_kernel::text_enum! {
    /// draft -> pending -> approved <-> suspended -> closed; pending -> rejected -> pending.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum StoreStatus {
        Draft = "draft",
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        Suspended = "suspended",
        Closed = "closed",
    }
}

/// A postal address; what is needed differs by country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub recipient: Option<String>,
    pub street: String,
    pub number: Option<String>,
    pub complement: Option<String>,
    pub district: Option<String>,
    pub city: String,
    /// ISO 3166-2 subdivision without the country: `SP`.
    pub state: Option<String>,
    /// Empty where a country has none.
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Application {
    pub business_name: String,
    /// CPF or CNPJ (alphanumeric too) for Brazil, checked; free text elsewhere.
    pub tax_id: String,
    pub phone: String,
    pub name: String,
    pub description: String,
    pub address: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    pub id: StoreId,
    pub owner: UserId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub status: StoreStatus,
    /// Why it was rejected or suspended.
    pub status_reason: Option<String>,
    pub business_name: String,
    pub tax_id: String,
    pub phone: String,
    pub address: Address,
    /// Settlement currency.
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

/// A merge patch: what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProfileChange {
    pub expected_version: Option<Versions>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub phone: Option<String>,
    /// As a whole.
    pub address: Option<Address>,
    /// IANA name, in which the store's days are counted from then on.
    pub time_zone: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StoreFilter {
    pub status: Option<StoreStatus>,
    /// Prefix of the name.
    pub q: Option<String>,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Role {
        Owner = "owner",
        Manager = "manager",
        Staff = "staff",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub store: StoreId,
    pub name: String,
    pub slug: String,
    pub status: StoreStatus,
    /// Its IANA time zone.
    pub time_zone: String,
    pub role: Role,
    pub permissions: BTreeSet<Permission>,
}

/// A store was made or changed its state; readers ask for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreChanged {
    pub store: StoreId,
    pub owner: UserId,
    pub version: i64,
    /// The state before, absent for a new store.
    pub from: Option<StoreStatus>,
    pub to: StoreStatus,
}

feira_kernel::event!(StoreChanged, store, "store.changed.v1");
