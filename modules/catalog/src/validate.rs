//! What a product and its variants may look like: pure checks that clean the texts and collect
//! every refused field with its JSON pointer.

pub(crate) mod stock;

use std::collections::HashSet;

use feira_kernel::{
    Currency, FieldError, Money, text,
    validate::{CURRENCY, DUPLICATE, Fields},
};

use crate::{
    CatalogError, NewProduct, NewVariant, OptionValue, ProductChange, VariantChange,
    field_codes::{COMPARE_AT, OPTION_NAMES},
};

pub(crate) const MAX_VARIANTS: usize = 100;
/// With those that were removed and stay for what names them.
pub(crate) const MAX_VARIANTS_EVER: usize = 1_000;
pub(crate) const MAX_OPTIONS: usize = 3;
pub(crate) const MAX_QUANTITY: u32 = 1_000_000;
const MAX_IMPORT_KEY: usize = 300;
pub(crate) const MAX_NAME: usize = 200;
pub(crate) const MAX_DESCRIPTION: usize = 20_000;
pub(crate) const MAX_BRAND: usize = 100;
const MAX_BARCODE: usize = 50;
pub(crate) const MAX_SKU: usize = 64;
pub(crate) const MAX_TAGS: usize = 20;
/// Characters of one.
pub(crate) const MAX_TAG: usize = 50;
const MAX_WEIGHT: i64 = 10_000_000;

fn tags(fields: &mut Fields, given: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tags: Vec<String> = given
        .iter()
        .map(|tag| text::line(tag).trim().to_owned())
        .collect();
    tags.retain(|tag| !tag.is_empty() && seen.insert(tag.to_lowercase()));
    fields.count("/tags", tags.len(), MAX_TAGS);
    for (index, tag) in tags.iter_mut().enumerate() {
        *tag = fields.text(&format!("/tags/{index}"), tag, 1..=MAX_TAG);
    }
    tags
}

/// What a price of a store may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    pub(crate) currency: Currency,
    /// Not known yet: of a draft that a file makes.
    pub(crate) may_be_zero: bool,
}

impl Prices {
    pub(crate) fn above_zero(currency: Currency) -> Self {
        Self {
            currency,
            may_be_zero: false,
        }
    }
}

fn price(fields: &mut Fields, pointer: &str, price: Money, prices: Prices) {
    if price.currency() != prices.currency {
        let detail = format!("prices of this store are in {}", prices.currency);
        fields.refuse(pointer, CURRENCY, detail);
    } else if prices.may_be_zero {
        fields.not_negative(pointer, price);
    } else {
        fields.positive(pointer, price);
    }
}

/// What a price is compared with is more than the price.
pub(crate) fn compare_at(
    pointer: &str,
    compare_at: Option<Money>,
    price: Money,
) -> Result<(), FieldError> {
    let Some(compare_at) = compare_at else {
        return Ok(());
    };
    let (code, detail) = match compare_at.compare(price) {
        Ok(std::cmp::Ordering::Greater) => return Ok(()),
        Ok(_) => (COMPARE_AT, "must be above the price"),
        Err(_) => (CURRENCY, "must be in the price's currency"),
    };
    Err(FieldError::new(pointer, code, detail))
}

fn weight(fields: &mut Fields, pointer: &str, grams: u32) {
    fields.within(pointer, grams, 0..=MAX_WEIGHT);
}

fn variant(fields: &mut Fields, at: &str, variant: &mut NewVariant, prices: Prices) {
    let field = |name: &str| format!("{at}/{name}");
    variant.sku = fields.optional(&field("sku"), variant.sku.as_deref(), MAX_SKU);
    variant.barcode = fields.optional(&field("barcode"), variant.barcode.as_deref(), MAX_BARCODE);
    price(fields, &field("price"), variant.price, prices);
    if let Err(fault) = compare_at(&field("compare_at"), variant.compare_at, variant.price) {
        fields.push(fault);
    }
    weight(fields, &field("weight_grams"), variant.weight_grams);
    let most = i64::from(MAX_QUANTITY);
    fields.within(&field("quantity"), variant.quantity, 0..=most);
    fields.count(&field("options"), variant.options.len(), MAX_OPTIONS);
    for (index, option) in variant.options.iter_mut().enumerate() {
        let field = |name: &str| format!("{at}/options/{index}/{name}");
        option.name = fields.text(&field("name"), &option.name, 1..=50);
        option.value = fields.text(&field("value"), &option.value, 1..=100);
    }
    let options = variant.options.iter();
    let names: HashSet<_> = options.map(|o| o.name.to_lowercase()).collect();
    if names.len() != variant.options.len() {
        fields.refuse(field("options"), DUPLICATE, "an option comes twice");
    }
}

fn variants(fields: &mut Fields, variants: &mut [NewVariant], prices: Prices) {
    if variants.is_empty() || variants.len() > MAX_VARIANTS {
        let most = i64::try_from(MAX_VARIANTS).unwrap_or(i64::MAX);
        fields.push(FieldError::out_of_range("/variants", 1..=most));
    }
    for (index, new) in variants.iter_mut().enumerate().take(MAX_VARIANTS) {
        variant(fields, &format!("/variants/{index}"), new, prices);
    }
    let Some(first) = variants.first().map(|v| names(&v.options)) else {
        return;
    };
    let (mut seen, mut skus) = (HashSet::new(), HashSet::new());
    for (index, variant) in variants.iter().enumerate() {
        let at = format!("/variants/{index}/options");
        if names(&variant.options) != first {
            let detail = "the same options in the same order on each variant";
            fields.refuse(at, OPTION_NAMES, detail);
        } else if !seen.insert(values(&variant.options)) {
            fields.refuse(at, DUPLICATE, "another variant has these options");
        }
        if let Some(sku) = &variant.sku
            && !skus.insert(sku)
        {
            let at = format!("/variants/{index}/sku");
            fields.refuse(at, DUPLICATE, "another variant has this SKU");
        }
    }
}

pub(crate) fn names(options: &[OptionValue]) -> Vec<&str> {
    options.iter().map(|o| o.name.as_str()).collect()
}

fn values(options: &[OptionValue]) -> Vec<&str> {
    options.iter().map(|o| o.value.as_str()).collect()
}

pub(crate) fn new_product(mut new: NewProduct, prices: Prices) -> Result<NewProduct, CatalogError> {
    let mut fields = Fields::default();
    new.name = fields.text("/name", &new.name, 1..=MAX_NAME);
    new.description = fields.free_text("/description", &new.description, 0..=MAX_DESCRIPTION);
    new.brand = fields.optional("/brand", new.brand.as_deref(), MAX_BRAND);
    new.tags = tags(&mut fields, &new.tags);
    variants(&mut fields, &mut new.variants, prices);
    Ok(fields.or(new)?)
}

/// By what later files find an imported product.
pub(crate) fn import_key(key: &str) -> Result<(), CatalogError> {
    let mut fields = Fields::default();
    fields.key("/key", key, 1..=MAX_IMPORT_KEY);
    Ok(fields.finish()?)
}

pub(crate) fn new_variant(mut new: NewVariant, prices: Prices) -> Result<NewVariant, CatalogError> {
    let mut fields = Fields::default();
    variant(&mut fields, "", &mut new, prices);
    Ok(fields.or(new)?)
}

pub(crate) fn product_change(mut change: ProductChange) -> Result<ProductChange, CatalogError> {
    let mut fields = Fields::default();
    if let Some(name) = &mut change.name {
        *name = fields.text("/name", name, 1..=MAX_NAME);
    }
    if let Some(description) = &mut change.description {
        *description = fields.free_text("/description", description, 0..=MAX_DESCRIPTION);
    }
    if let Some(brand) = &mut change.brand {
        *brand = fields.optional("/brand", brand.as_deref(), MAX_BRAND);
    }
    change.tags = change.tags.map(|given| tags(&mut fields, &given));
    Ok(fields.or(change)?)
}

/// The price beside a compare-at price is checked where the row is known.
pub(crate) fn variant_change(
    mut change: VariantChange,
    prices: Prices,
) -> Result<VariantChange, CatalogError> {
    let mut fields = Fields::default();
    if let Some(sku) = &mut change.sku {
        *sku = fields.text("/sku", sku, 1..=MAX_SKU);
    }
    if let Some(given) = change.price {
        price(&mut fields, "/price", given, prices);
    }
    if let Some(Some(compare_at)) = change.compare_at {
        price(&mut fields, "/compare_at", compare_at, prices);
    }
    if let Some(grams) = change.weight_grams {
        weight(&mut fields, "/weight_grams", grams);
    }
    if let Some(barcode) = &mut change.barcode {
        *barcode = fields.optional("/barcode", barcode.as_deref(), MAX_BARCODE);
    }
    Ok(fields.or(change)?)
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
