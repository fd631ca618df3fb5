use actix_web::{HttpRequest, web::Data};
use askama::Template;
use feira_payment::Books;
use feira_web::{auth::AdminPage, state::AppState};

use crate::page::{Answer, Lang, Page, respond_ok};

#[derive(Template)]
#[template(path = "admin/books.html")]
pub(super) struct BooksPage {
    pub(super) p: Page,
    pub(super) books: Books,
}

/// GET /admin/books: whether the books balance, recomputed now.
pub(crate) async fn show(request: HttpRequest, state: Data<AppState>, admin: AdminPage) -> Answer {
    let books = state.payments.books(&admin.actor).await?;
    let p = Page::admin(&request, &state, &admin, "books").await;
    let p = p.titled(Lang::of(&admin.user.locale).text("nav-books"));
    respond_ok(&request, &BooksPage { p, books })
}
