//! What a product and its variants may look like: pure checks that clean the texts and collect
//! every refused field with its JSON pointer.

use std::collections::HashSet;

use feira_kernel::{Currency, FieldError, Money};

use crate::{CatalogError, NewProduct, NewVariant, OptionValue, ProductChange, VariantChange};

pub(crate) const MAX_VARIANTS: usize = 100;
pub(crate) const MAX_OPTIONS: usize = 3;
pub(crate) const MAX_QUANTITY: u32 = 1_000_000;
/// A caller's `Idempotency-Key` has up to 255 characters, and the way it came is put before it.
pub(crate) const MAX_KEY: usize = 300;
const MAX_TAGS: usize = 20;
const MAX_WEIGHT: u32 = 10_000_000;

/// Collects what is refused.
#[derive(Default)]
pub(crate) struct Check(Vec<FieldError>);

impl Check {
    pub(crate) fn refuse(&mut self, pointer: &str, code: &str, detail: &str) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    /// The text without spaces around it, at most `max` characters, of which none is a control.
    pub(crate) fn text(&mut self, pointer: &str, text: &mut String, min: usize, max: usize) {
        self.free_text(pointer, text, min, max, false);
    }

    fn free_text(&mut self, pointer: &str, text: &mut String, min: usize, max: usize, lines: bool) {
        if text.trim().len() != text.len() {
            *text = text.trim().to_owned();
        }
        let count = text.chars().count();
        if count < min {
            self.refuse(pointer, "required", "must not be empty");
        } else if count > max {
            self.refuse(pointer, "too_long", &format!("at most {max} characters"));
        }
        let refused = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
        if text.chars().any(refused) {
            self.refuse(
                pointer,
                "control_character",
                "must not hold control characters",
            );
        }
    }

    /// An empty optional text is an absent one.
    fn optional(&mut self, pointer: &str, text: &mut Option<String>, max: usize) {
        if text.as_ref().is_some_and(|t| t.trim().is_empty()) {
            *text = None;
        }
        if let Some(text) = text {
            self.text(pointer, text, 1, max);
        }
    }

    fn at_most(&mut self, pointer: &str, value: u32, max: u32) {
        if value > max {
            self.refuse(pointer, "out_of_range", &format!("at most {max}"));
        }
    }

    fn tags(&mut self, tags: &mut Vec<String>) {
        let mut seen = HashSet::new();
        tags.retain(|tag| !tag.trim().is_empty() && seen.insert(tag.trim().to_lowercase()));
        if tags.len() > MAX_TAGS {
            self.refuse("/tags", "too_many", &format!("at most {MAX_TAGS} tags"));
        }
        for (index, tag) in tags.iter_mut().enumerate() {
            self.text(&format!("/tags/{index}"), tag, 1, 50);
        }
    }

    /// A price above zero in the store's currency.
    fn price(&mut self, pointer: &str, price: Money, currency: Currency) {
        if price.currency() != currency {
            let detail = format!("prices of this store are in {currency}");
            self.refuse(pointer, "currency", &detail);
        } else if !price.is_positive() {
            self.refuse(pointer, "out_of_range", "must be above zero");
        }
    }

    pub(crate) fn compare_at(&mut self, pointer: &str, compare_at: Option<Money>, price: Money) {
        let Some(compare_at) = compare_at else { return };
        match compare_at.compare(price) {
            Ok(std::cmp::Ordering::Greater) => {}
            Ok(_) => self.refuse(pointer, "out_of_range", "must be above the price"),
            Err(_) => self.refuse(pointer, "currency", "must be in the price's currency"),
        }
    }

    pub(crate) fn variant(&mut self, at: &str, variant: &mut NewVariant, currency: Currency) {
        self.optional(&format!("{at}/sku"), &mut variant.sku, 64);
        self.optional(&format!("{at}/barcode"), &mut variant.barcode, 50);
        self.price(&format!("{at}/price"), variant.price, currency);
        self.compare_at(
            &format!("{at}/compare_at"),
            variant.compare_at,
            variant.price,
        );
        self.at_most(
            &format!("{at}/weight_grams"),
            variant.weight_grams,
            MAX_WEIGHT,
        );
        self.at_most(&format!("{at}/quantity"), variant.quantity, MAX_QUANTITY);
        if variant.options.len() > MAX_OPTIONS {
            let detail = format!("at most {MAX_OPTIONS} options");
            self.refuse(&format!("{at}/options"), "too_many", &detail);
        }
        for (index, option) in variant.options.iter_mut().enumerate() {
            self.text(
                &format!("{at}/options/{index}/name"),
                &mut option.name,
                1,
                50,
            );
            self.text(
                &format!("{at}/options/{index}/value"),
                &mut option.value,
                1,
                100,
            );
        }
        let names: HashSet<_> = variant
            .options
            .iter()
            .map(|o| o.name.to_lowercase())
            .collect();
        if names.len() != variant.options.len() {
            self.refuse(
                &format!("{at}/options"),
                "duplicate",
                "an option comes twice",
            );
        }
    }

    fn variants(&mut self, variants: &mut [NewVariant], currency: Currency) {
        if variants.is_empty() || variants.len() > MAX_VARIANTS {
            let detail = format!("from 1 to {MAX_VARIANTS} variants");
            self.refuse("/variants", "out_of_range", &detail);
        }
        for (index, variant) in variants.iter_mut().enumerate().take(MAX_VARIANTS) {
            self.variant(&format!("/variants/{index}"), variant, currency);
        }
        let Some(first) = variants.first().map(|v| names(&v.options)) else {
            return;
        };
        let (mut seen, mut skus) = (HashSet::new(), HashSet::new());
        for (index, variant) in variants.iter().enumerate() {
            let at = format!("/variants/{index}/options");
            if names(&variant.options) != first {
                let detail = "the same options in the same order on each variant";
                self.refuse(&at, "option_names", detail);
            } else if !seen.insert(values(&variant.options)) {
                self.refuse(&at, "duplicate", "another variant has these options");
            }
            if let Some(sku) = &variant.sku
                && !skus.insert(sku)
            {
                let at = format!("/variants/{index}/sku");
                self.refuse(&at, "duplicate", "another variant has this SKU");
            }
        }
    }

    pub(crate) fn done(self) -> Result<(), CatalogError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(CatalogError::Invalid(self.0))
        }
    }
}

pub(crate) fn names(options: &[OptionValue]) -> Vec<&str> {
    options.iter().map(|o| o.name.as_str()).collect()
}

fn values(options: &[OptionValue]) -> Vec<&str> {
    options.iter().map(|o| o.value.as_str()).collect()
}

pub(crate) fn new_product(
    mut new: NewProduct,
    currency: Currency,
) -> Result<NewProduct, CatalogError> {
    let mut check = Check::default();
    check.optional("/key", &mut new.key, MAX_KEY);
    check.text("/name", &mut new.name, 1, 200);
    check.free_text("/description", &mut new.description, 0, 20_000, true);
    check.optional("/brand", &mut new.brand, 100);
    check.tags(&mut new.tags);
    check.variants(&mut new.variants, currency);
    check.done()?;
    Ok(new)
}

pub(crate) fn new_variant(
    mut new: NewVariant,
    currency: Currency,
) -> Result<NewVariant, CatalogError> {
    let mut check = Check::default();
    check.variant("", &mut new, currency);
    check.done()?;
    Ok(new)
}

pub(crate) fn product_change(mut change: ProductChange) -> Result<ProductChange, CatalogError> {
    let mut check = Check::default();
    if let Some(name) = &mut change.name {
        check.text("/name", name, 1, 200);
    }
    if let Some(description) = &mut change.description {
        check.free_text("/description", description, 0, 20_000, true);
    }
    if let Some(brand) = &mut change.brand {
        check.optional("/brand", brand, 100);
    }
    if let Some(tags) = &mut change.tags {
        check.tags(tags);
    }
    check.done()?;
    Ok(change)
}

/// The price beside a compare-at price is checked where the row is known.
pub(crate) fn variant_change(
    mut change: VariantChange,
    currency: Currency,
) -> Result<VariantChange, CatalogError> {
    let mut check = Check::default();
    if let Some(sku) = &mut change.sku {
        check.text("/sku", sku, 1, 64);
    }
    if let Some(price) = change.price {
        check.price("/price", price, currency);
    }
    if let Some(Some(compare_at)) = change.compare_at {
        check.price("/compare_at", compare_at, currency);
    }
    if let Some(weight) = change.weight_grams {
        check.at_most("/weight_grams", weight, MAX_WEIGHT);
    }
    if let Some(barcode) = &mut change.barcode {
        check.optional("/barcode", barcode, 50);
    }
    check.done()?;
    Ok(change)
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
