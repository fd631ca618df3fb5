//! The pages for people: sellers, operators, and those behind the links of mails. A template's
//! struct stands beside its handler; the templates are in `templates/` at the top.

mod account;
mod admin;
mod assets;
mod bank_statements;
mod disputes;
mod errors;
mod invoices;
mod kept;
mod landing;
mod language;
mod page;
mod refunding;
mod seller;
mod sign_in;
#[cfg(test)]
mod tests;

use actix_web::web::{ServiceConfig, resource};

pub use errors::error_response;
pub use seller::{statement_paper, upload_limits};

/// Every page, by who sees it.
static PAGES: &[(&str, &[&page::Registered])] = &[
    ("public", landing::PAGES),
    ("public", sign_in::PAGES),
    ("public", account::PAGES),
    ("seller", seller::PAGES),
    ("admin", admin::PAGES),
];

/// Every page, and the files that pages need.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/static/{name}").get(assets::file));
    for (_, pages) in PAGES {
        pages.iter().for_each(|page| page.configure(cfg));
    }
}

/// The surface (`public`, `seller` or `admin`) and the path of each page, for tests that open them all.
pub fn paths() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of = |(who, pages): &'static (&'static str, &'static [&'static page::Registered])| {
        pages.iter().map(move |page| (*who, page.path))
    };
    PAGES.iter().flat_map(of)
}
