//! What the forms of a new and of a known product have in common: the fields that its seller sets,
//! but for variants and images. The fields are drawn by `templates/seller/product_fields.html`.

use feira_catalog::{Category, CategoryId, NewProduct, Product, ProductChange, ProductStatus};

use crate::page::{Choice, Fields, Form, Page, category_choices};

/// The choices of the selects.
pub(super) struct Selects {
    pub(super) categories: Vec<Choice>,
    pub(super) statuses: Vec<Choice>,
}

impl Selects {
    pub(super) fn new(p: &Page, categories: &[Category]) -> Self {
        Self {
            categories: category_choices(p, "category-none", categories),
            statuses: statuses(p),
        }
    }
}

pub(super) fn fields_of(product: &Product) -> Fields {
    let category = product
        .category_path
        .last()
        .map(|category| category.id.to_string());
    Fields::default()
        .with("name", product.name.clone())
        .with("description", product.description.clone())
        .with("category", category.unwrap_or_default())
        .with("status", product.status.as_str())
        .with("brand", product.brand.clone().unwrap_or_default())
        .with("tags", product.tags.join(", "))
}

/// A new product as it was typed, without variants.
pub(super) fn typed(form: &Form) -> NewProduct {
    NewProduct {
        name: form.text("name"),
        description: form.text("description"),
        category: form.value("category").parse().ok().map(CategoryId),
        brand: form.optional("brand"),
        tags: tags(form.value("tags")),
        status: ProductStatus::parse(form.value("status")).unwrap_or_default(),
        ..NewProduct::default()
    }
}

/// The form has all fields, so the change sets all.
pub(super) fn change(form: &Form) -> ProductChange {
    let typed = typed(form);
    ProductChange {
        name: Some(typed.name),
        description: Some(typed.description),
        category: Some(typed.category),
        brand: Some(typed.brand),
        tags: Some(typed.tags),
        status: ProductStatus::parse(form.value("status")),
        ..ProductChange::default()
    }
}

pub(super) fn statuses(p: &Page) -> Vec<Choice> {
    ProductStatus::ALL
        .map(ProductStatus::as_str)
        .map(|status| Choice::new(status, p.word("product", status)))
        .into()
}

/// Splits at commas.
fn tags(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}
