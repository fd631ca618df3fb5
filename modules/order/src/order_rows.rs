//! The rows of a new order, as `sql/place.sql` reads them. Amounts are strings: a JSON number could be read
//! as a float.

use feira_cart::CartId;
use feira_catalog::{ImageRef, OptionValue, ProductId, ReservationKey, VariantId};
use feira_kernel::{Currency, Rate, StoreId, Time, UserId, recordset, token::TokenHash};
use feira_payment::Method;
use feira_store::{Address, CommissionRuleId, ShippingMethodId};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{CheckoutId, OrderId};

recordset! {
    #[derive(Clone, Serialize)]
    pub(crate) struct OrderRow {
        pub(crate) id: OrderId,
        pub(crate) checkout_id: CheckoutId,
        pub(crate) number: String,
        pub(crate) user_id: Option<UserId>,
        pub(crate) guest_token_hash: Option<TokenHash>,
        pub(crate) email: String,
        pub(crate) locale: String,
        pub(crate) cart_id: CartId,
        pub(crate) cart_token_hash: Option<TokenHash>,
        pub(crate) currency: Currency,
        pub(crate) subtotal: Decimal,
        pub(crate) discount: Decimal,
        pub(crate) shipping: Decimal,
        pub(crate) tax: Decimal,
        pub(crate) total: Decimal,
        pub(crate) shipping_address: Address,
        pub(crate) billing_address: Address,
        #[serde(with = "time::serde::rfc3339")]
        pub(crate) placed_at: Time,
        #[serde(with = "time::serde::rfc3339")]
        pub(crate) expires_at: Time,
    }
}

recordset! {
    #[derive(Clone, Serialize)]
    pub(crate) struct PartRow {
        pub(crate) id: Uuid,
        pub(crate) order_id: OrderId,
        pub(crate) position: u32,
        pub(crate) number: String,
        pub(crate) store_id: StoreId,
        pub(crate) store_name: String,
        pub(crate) currency: Currency,
        pub(crate) subtotal: Decimal,
        pub(crate) discount: Decimal,
        pub(crate) shipping: Decimal,
        pub(crate) tax: Decimal,
        pub(crate) total: Decimal,
        pub(crate) commission: Decimal,
        pub(crate) earning: Decimal,
        pub(crate) shipping_method_id: ShippingMethodId,
        pub(crate) shipping_method: String,
    }
}

recordset! {
    #[derive(Clone, Serialize)]
    pub(crate) struct LineRow {
        pub(crate) id: Uuid,
        pub(crate) order_id: OrderId,
        pub(crate) store_order_id: Uuid,
        pub(crate) position: u32,
        pub(crate) store_id: StoreId,
        pub(crate) variant_id: VariantId,
        pub(crate) product_id: ProductId,
        pub(crate) title: String,
        pub(crate) sku: String,
        pub(crate) options: Vec<OptionValue>,
        pub(crate) image: Option<ImageRef>,
        pub(crate) currency: Currency,
        pub(crate) quantity: u32,
        pub(crate) unit_price: Decimal,
        pub(crate) discount: Decimal,
        pub(crate) tax: Decimal,
        pub(crate) total: Decimal,
        pub(crate) commission_rule: Option<CommissionRuleId>,
        pub(crate) commission_rate: Option<Rate>,
        pub(crate) commission_base: Decimal,
        pub(crate) commission: Option<Decimal>,
    }
}

recordset! {
    #[derive(Clone, Serialize)]
    pub(crate) struct CheckoutRow {
        pub(crate) id: CheckoutId,
        pub(crate) fingerprint: String,
        pub(crate) order_id: OrderId,
        pub(crate) method: Method,
        pub(crate) reservation: ReservationKey,
        #[serde(with = "time::serde::rfc3339")]
        pub(crate) due_at: Time,
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::{db::Recordset, idempotency, outbox::Envelope};
    use feira_testkit::reads;

    use super::*;

    #[test]
    fn rows_have_what_the_statements_read() {
        let place = include_str!("sql/place.sql");
        reads(place, 1, OrderRow::FIELDS);
        reads(place, 2, PartRow::FIELDS);
        reads(place, 3, LineRow::FIELDS);
        reads(place, 4, CheckoutRow::FIELDS);
        reads(place, 5, Envelope::FIELDS);
        reads(place, 6, idempotency::Record::FIELDS);
        reads(include_str!("sql/confirm.sql"), 12, Envelope::FIELDS);
        reads(include_str!("sql/await_payment.sql"), 5, Envelope::FIELDS);
    }
}
