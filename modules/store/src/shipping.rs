//! Prices of a store's shipping methods for a group of lines.

use feira_kernel::{Money, MoneyError};

use crate::api::{ShippingMethod, ShippingOption, ShippingPrice};

/// The price for goods of this value; `None` for a method in another currency.
pub(crate) fn price(of: &ShippingPrice, value: Money) -> Option<Money> {
    let decide = || -> Result<Money, MoneyError> {
        match of {
            ShippingPrice::Flat { price } => {
                price.compare(value)?;
                Ok(*price)
            }
            ShippingPrice::FreeAbove { price, threshold } => {
                price.compare(value)?;
                let free = value.compare(*threshold)?.is_ge();
                Ok(if free {
                    Money::zero(value.currency())
                } else {
                    *price
                })
            }
            ShippingPrice::Pickup {} => Ok(Money::zero(value.currency())),
        }
    };
    // Comparing fails only for different currencies.
    decide().ok()
}

/// The options for goods of this value: cheapest first, then quickest, then oldest.
pub(crate) fn options<'a>(
    methods: impl IntoIterator<Item = &'a ShippingMethod>,
    value: Money,
) -> Vec<ShippingOption> {
    let mut options: Vec<ShippingOption> = methods
        .into_iter()
        .filter(|method| method.active)
        .filter_map(|method| {
            Some(ShippingOption {
                method: method.id,
                name: method.name.clone(),
                price: price(&method.price, value)?,
                transit_days: method.transit_days,
            })
        })
        .collect();
    options.sort_by_key(|option| (option.price.minor(), option.transit_days, option.method));
    options
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, StoreId};
    use uuid::Uuid;

    use super::*;
    use crate::api::ShippingMethodId;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn method(id: u128, price: ShippingPrice, transit_days: u16) -> ShippingMethod {
        ShippingMethod {
            id: ShippingMethodId(Uuid::from_u128(id)),
            store: StoreId(Uuid::nil()),
            name: format!("Method {id}"),
            price,
            transit_days,
            active: true,
            version: 1,
        }
    }

    #[test]
    fn free_from_the_threshold_on() {
        let free = ShippingPrice::FreeAbove {
            price: brl(1500),
            threshold: brl(20_000),
        };
        assert_eq!(price(&free, brl(19_999)), Some(brl(1500)));
        assert_eq!(price(&free, brl(20_000)), Some(brl(0)));
        assert_eq!(price(&ShippingPrice::Pickup {}, brl(1)), Some(brl(0)));
    }

    #[test]
    fn another_currency_is_not_offered() {
        let dollars = Money::from_minor(100, Currency::USD).unwrap();
        for kind in [
            ShippingPrice::Flat { price: brl(1) },
            ShippingPrice::FreeAbove {
                price: brl(1),
                threshold: brl(2),
            },
        ] {
            assert_eq!(price(&kind, dollars), None);
        }
    }

    #[test]
    fn cheapest_first_then_quickest_and_active_only() {
        let flat = |minor| ShippingPrice::Flat { price: brl(minor) };
        let mut gone = method(4, flat(0), 1);
        gone.active = false;
        let methods = [
            method(1, flat(900), 2),
            method(2, flat(500), 9),
            method(3, flat(500), 3),
            gone,
        ];
        let ids = |options: Vec<ShippingOption>| -> Vec<u128> {
            options.iter().map(|o| o.method.0.as_u128()).collect()
        };
        assert_eq!(ids(options(&methods, brl(10))), [3, 2, 1]);
    }
}
