//! The operator's pages: one file per section, each handler beside its template's struct.

mod books;
mod events;
mod mailbox;
mod orders;
mod overview;
mod payouts;
mod stores;

use actix_web::web::{ServiceConfig, get, post};

pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/admin", get().to(overview::show))
        .route("/admin/applications", get().to(stores::applications))
        .route("/admin/stores", get().to(stores::list))
        .route("/admin/stores/{id}", get().to(stores::show))
        .route("/admin/stores/{id}/approve", post().to(stores::approve))
        .route("/admin/stores/{id}/reject", post().to(stores::reject))
        .route("/admin/stores/{id}/suspend", post().to(stores::suspend))
        .route("/admin/orders", get().to(orders::list))
        .route("/admin/orders/{id}", get().to(orders::show))
        .route("/admin/payouts", get().to(payouts::list))
        .route("/admin/payouts/run", post().to(payouts::run))
        .route("/admin/payouts/{id}/paid", post().to(payouts::mark_paid))
        .route("/admin/books", get().to(books::show))
        .route("/admin/events", get().to(events::list))
        .route("/admin/events/retry", post().to(events::retry))
        .route("/admin/mailbox", get().to(mailbox::list))
        .route("/admin/mailbox/{id}", get().to(mailbox::show))
        .route("/admin/mailbox/{id}/html", get().to(mailbox::html))
        .route("/admin/mailbox/{id}/resend", post().to(mailbox::resend));
}
