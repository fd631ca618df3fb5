//! A store's own bank statement, which says what came by PIX for its orders.

use actix_web::{HttpResponse, post, web::Payload};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::Params,
    idempotent::{Post, Reply},
};

use super::{
    admin_bank_statements::{BankStatementParams, file_of},
    views::StoreStatementReportView,
};

/// Import a statement of the store's own bank account, OFX or CSV in the encoding that the bank wrote: a line that has the
/// txid and the amount of a part of this store, which its buyer pays by PIX itself, says that the store has the money.
/// The others are listed with the reason; lines of other stores are `unknown`. The same file again changes
/// nothing. A file that is cut off is refused with its line, and nothing of it is done. For members who may say of an order
/// that it was paid.
#[utoipa::path(tag = "seller", params(BankStatementParams),
    request_body(content((String = "text/csv"), (String = "application/x-ofx"))),
    security(("seller" = [])), responses((status = 200, body = StoreStatementReportView)))]
#[post("/seller/bank-statements")]
pub(crate) async fn import(
    post: Post<SellerCaller>,
    params: Params<BankStatementParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let file = file_of(&post, payload).await?;
    let (payments, currency) = (&post.state.payments, post.state.settings.currency);
    let import = |file, key| {
        let request = params.0.request(currency, file);
        payments.import_store_statement(&post.actor, request, key)
    };
    post.once_taking(file, import, Reply::ok::<StoreStatementReportView>)
        .await
}
