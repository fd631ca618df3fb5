//! The seller's pages: one file per section, each handler beside its template's struct and what
//! registers the page.

mod bank_statement;
mod caller;
mod dashboard;
mod dispute;
mod disputes;
mod earned;
mod earnings;
mod import;
mod invoices;
mod order;
mod orders;
mod payout;
mod payout_account;
mod payouts;
mod product;
mod product_form;
mod product_new;
mod products;
mod profile;
mod refund;
mod shipping;
mod shipping_form;
mod shipping_method;
mod statement;
mod store;
#[cfg(test)]
mod tests;
mod variant;
mod variant_form;
mod variant_new;
mod variant_stock;

use actix_multipart::form::MultipartFormConfig;
use feira_web::{body_limits::most_of_upload, reports::MonthlyStatement};

use crate::page::{Area, Lang, Page, Registered};

/// In the order of the navigation.
pub(crate) const PAGES: &[&Registered] = &[
    &dashboard::PAGE,
    &orders::PAGE,
    &bank_statement::PAGE,
    &order::PAGE,
    &refund::PAGE,
    &products::PAGE,
    &product_new::PAGE,
    &import::PAGE,
    &product::PAGE,
    &variant_new::PAGE,
    &variant::PAGE,
    &payouts::PAGE,
    &invoices::PAGE,
    &earnings::PAGE,
    &payout_account::PAGE,
    &payout::PAGE,
    &disputes::PAGE,
    &dispute::PAGE,
    &shipping::PAGE,
    &shipping_method::PAGE,
    &profile::PAGE,
];

/// A month's statement on paper, in a language of the pages.
pub fn statement_paper(made: &MonthlyStatement, language: &str) -> Vec<u8> {
    let p = Page::bare(Lang::of(language), Area::Seller);
    statement::pdf(&p, made)
}

/// Limits of an upload form. The file is kept in memory, because the catalogue decodes it at once.
pub fn upload_limits(max_upload_bytes: usize) -> MultipartFormConfig {
    let most = most_of_upload(max_upload_bytes);
    MultipartFormConfig::default()
        .total_limit(most)
        .memory_limit(most)
}
