//! Request and response bodies that several resources share. They are the API's, not the
//! modules': fields are only ever added.

mod bank_statement;
mod cart;
mod catalog;
mod dispute;
mod instalments;
mod money;
mod order;
mod order_refund;
mod payment;
mod provider;
mod saved;
mod store_order;
pub(crate) mod words;

pub(crate) use bank_statement::{
    BankStatementLineView, BankStatementReportView, BankStatementView, StoreStatementReportView,
};
pub(crate) use cart::{CartView, MergedLineView, TotalsView};
pub(crate) use catalog::{
    CardView, CategoryNames, CategoryView, ImageView, OptionView as OptionBody, ProductView,
    SellerProductView,
};
pub(crate) use dispute::{DisputeDetailsView, DisputeView};
pub(crate) use instalments::{InstalmentsView, OffersView};
pub(crate) use money::MoneyView;
pub(crate) use order::{OrderSummaryView, OrderView, SellerOrderSummaryView, SellerOrderView};
pub(crate) use order_refund::OrderRefundView;
pub(crate) use payment::{PartRefundView, PaymentDetailsView, PaymentView, RefundView};
pub(crate) use provider::{MethodLimitView, ProviderCheckView, ProviderView};
pub(crate) use saved::{AddingMethodView, SavedMethodView};

use feira_kernel::Time;
use feira_store::Address;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A postal address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBody {
    pub(crate) recipient: Option<String>,
    #[schema(example = "Rua Augusta")]
    pub(crate) street: String,
    #[schema(example = "1500")]
    pub(crate) number: Option<String>,
    pub(crate) complement: Option<String>,
    pub(crate) district: Option<String>,
    #[schema(example = "São Paulo")]
    pub(crate) city: String,
    /// ISO 3166-2 without the country.
    #[schema(example = "SP")]
    pub(crate) state: Option<String>,
    /// Not needed in countries that have none; kept in one form.
    #[serde(default)]
    #[schema(example = "01304-001")]
    pub(crate) postal_code: String,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "BR")]
    pub(crate) country: String,
    pub(crate) phone: Option<String>,
}

impl From<AddressBody> for Address {
    fn from(a: AddressBody) -> Self {
        Self {
            recipient: a.recipient,
            street: a.street,
            number: a.number,
            complement: a.complement,
            district: a.district,
            city: a.city,
            state: a.state,
            postal_code: a.postal_code,
            country: a.country,
            phone: a.phone,
        }
    }
}

impl From<Address> for AddressBody {
    fn from(a: Address) -> Self {
        Self {
            recipient: a.recipient,
            street: a.street,
            number: a.number,
            complement: a.complement,
            district: a.district,
            city: a.city,
            state: a.state,
            postal_code: a.postal_code,
            country: a.country,
            phone: a.phone,
        }
    }
}

/// RFC 3339 in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[schema(format = DateTime, example = "2026-03-17T12:00:00Z")]
pub(crate) struct Timestamp(String);

impl From<Time> for Timestamp {
    fn from(time: Time) -> Self {
        let text = time.format(&time::format_description::well_known::Rfc3339);
        Self(text.unwrap_or_default())
    }
}
