//! What a store is paid, next and before, and what operators do with payouts.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::StoreId;
use feira_payment::{
    NextPayout, PayoutDetails, PayoutFile, PayoutId, PayoutItem, PayoutStatus, WhyNotPaid,
};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::{Body, Params},
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::List,
    money_post::{MoneyKey, MoneyPost},
    seller_store::PayoutView,
    transfers::TransferView,
    views::{MoneyView, Timestamp, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PayoutParams {
    #[param(value_type = Option<words::PayoutStatus>, inline)]
    pub(crate) status: Option<PayoutStatus>,
    pub(crate) limit: Option<u32>,
    pub(crate) cursor: Option<String>,
}

/// What the store is paid next, in a currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextPayoutView {
    /// When payouts are made next.
    at: Timestamp,
    /// What will be payable then, as far as it is known.
    amount: MoneyView,
    /// Null if it is paid then.
    why_not: Option<WhyNotView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhyNotView {
    code: WhyNotCode,
    /// How long it is held.
    until: Option<Timestamp>,
    /// What a payout must reach.
    minimum: Option<MoneyView>,
}

/// Why a store is not paid.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WhyNotCode {
    StoreSuspended,
    NoAccount,
    /// Its holder has to give something at the provider.
    AccountNotReady,
    NegativeBalance,
    NothingPayable,
    AccountChanged,
    Held,
    BelowMinimum,
}

impl From<WhyNotPaid> for WhyNotView {
    fn from(why: WhyNotPaid) -> Self {
        let (code, until, minimum) = match why {
            WhyNotPaid::StoreSuspended {} => (WhyNotCode::StoreSuspended, None, None),
            WhyNotPaid::NoAccount {} => (WhyNotCode::NoAccount, None, None),
            WhyNotPaid::AccountNotReady {} => (WhyNotCode::AccountNotReady, None, None),
            WhyNotPaid::NegativeBalance {} => (WhyNotCode::NegativeBalance, None, None),
            WhyNotPaid::NothingPayable {} => (WhyNotCode::NothingPayable, None, None),
            WhyNotPaid::AccountChanged { until } => (WhyNotCode::AccountChanged, Some(until), None),
            WhyNotPaid::Held { until } => (WhyNotCode::Held, Some(until), None),
            WhyNotPaid::BelowMinimum { minimum } => (WhyNotCode::BelowMinimum, None, Some(minimum)),
        };
        Self {
            code,
            until: until.map(Timestamp::from),
            minimum: minimum.map(MoneyView::from),
        }
    }
}

impl From<NextPayout> for NextPayoutView {
    fn from(coming: NextPayout) -> Self {
        Self {
            at: coming.at.into(),
            amount: coming.amount.into(),
            why_not: coming.why_not.map(WhyNotView::from),
        }
    }
}

/// What the store is paid next, a row per currency, and why not.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = List<NextPayoutView>)))]
#[get("/seller/next-payouts")]
pub(crate) async fn next(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let next = state.payments.next_payouts(&caller.0, None).await?;
    Ok(HttpResponse::Ok().json(List::<NextPayoutView>::from(next)))
}

/// A payout with what it claims.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayoutDetailsView {
    payout: PayoutView,
    /// At most 500, oldest first.
    items: Vec<PayoutItemView>,
    /// Of one that a provider transfers; null of others.
    transfer: Option<TransferView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PayoutItemView {
    /// What made it payable, or took from it.
    kind: words::LedgerKind,
    store_order_id: Option<Uuid>,
    amount: MoneyView,
}

impl From<PayoutItem> for PayoutItemView {
    fn from(item: PayoutItem) -> Self {
        Self {
            kind: item.kind.into(),
            store_order_id: item.part,
            amount: item.amount.into(),
        }
    }
}

impl From<PayoutDetails> for PayoutDetailsView {
    fn from(details: PayoutDetails) -> Self {
        Self {
            payout: details.payout.into(),
            items: details.items.into_iter().map(Into::into).collect(),
            transfer: details.transfer.map(TransferView::from),
        }
    }
}

/// One payout of the store.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = PayoutDetailsView), (status = 304, description = "Not modified")))]
#[get("/seller/payouts/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let details = state.payments.payout(&caller.0, PayoutId(*id)).await?;
    let view = PayoutDetailsView::from(details);
    Ok(tagged(&request, None, &view, PRIVATE))
}

/// One payout.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = PayoutDetailsView), (status = 304, description = "Not modified")))]
#[get("/admin/payouts/{id}")]
pub(crate) async fn admin_show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let details = state.payments.payout(&caller.0, PayoutId(*id)).await?;
    let view = PayoutDetailsView::from(details);
    Ok(tagged(&request, None, &view, PRIVATE))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The bank says that the account is closed."}))]
pub(crate) struct EndedBody {
    /// The store reads it.
    reason: String,
}

/// The bank sent it back after it was paid: what it claimed is payable again.
#[utoipa::path(tag = "admin", request_body = EndedBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = PayoutView)))]
#[post("/admin/payouts/{id}/returned")]
pub(crate) async fn returned(
    post: MoneyPost<AdminCaller, PayoutView>,
    id: Path<Uuid>,
    body: Body<EndedBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let module = &post.state.payments;
    let back = |key| module.return_payout(&post.actor, PayoutId(*id), value.reason, Some(key));
    post.once(&bytes, back).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The account is wrong.", "bank_did_not_pay": true}))]
pub(crate) struct CancelledBody {
    /// The store reads it.
    reason: String,
    /// Of one that is in a file for the bank: that it was not paid from there, and will not be. Of a transfer that is
    /// orphaned: that it was not made.
    #[serde(default)]
    bank_did_not_pay: bool,
}

/// It will not be paid: what it claimed is payable again.
#[utoipa::path(tag = "admin", request_body = CancelledBody,
    params(("id" = Uuid, Path), MoneyKey),
    security(("admin" = [])), responses((status = 200, body = PayoutView)))]
#[post("/admin/payouts/{id}/cancelled")]
pub(crate) async fn cancelled(
    post: MoneyPost<AdminCaller, PayoutView>,
    id: Path<Uuid>,
    body: Body<CancelledBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let module = &post.state.payments;
    let (reason, unpaid) = (value.reason, value.bank_did_not_pay);
    let cancel = |key| module.cancel_payout(&post.actor, PayoutId(*id), reason, unpaid, Some(key));
    post.once(&bytes, cancel).await
}

/// Make the payouts of one store now, of what is payable.
#[utoipa::path(tag = "admin",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "required: a payout moves money")),
    security(("admin" = [])), responses((status = 200, body = List<PayoutView>)))]
#[post("/admin/stores/{id}/payouts")]
pub(crate) async fn pay_store(
    post: Post<AdminCaller>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let module = &post.state.payments;
    let pay = |key| module.pay_store(&post.actor, StoreId(*id), Some(key));
    post.once_with_key(Keep::Answer, b"", pay, Reply::ok::<List<PayoutView>>)
        .await
}

/// The payouts that wait to be paid, for the bank.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayoutFileView {
    /// How many are in it, at most 10,000.
    payouts: u32,
    /// The file: UTF-8, a line of names first, whole account numbers.
    csv: String,
}

impl From<PayoutFile> for PayoutFileView {
    fn from(made: PayoutFile) -> Self {
        Self {
            payouts: made.payouts,
            csv: made.csv,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileParams {
    /// All that wait, also those that are in a file already: the bank must not be given both.
    again: Option<bool>,
}

/// Take the file of payouts to be paid that are in no file yet, which is written down.
#[utoipa::path(tag = "admin",
    params(FileParams, ("Idempotency-Key" = String, Header, description = "required: it is written down who took it")),
    security(("admin" = [])), responses((status = 200, body = PayoutFileView)))]
#[post("/admin/payout-files")]
pub(crate) async fn file(
    post: Post<AdminCaller>,
    params: Params<FileParams>,
) -> Result<HttpResponse, Problem> {
    let module = &post.state.payments;
    let again = params.0.again.unwrap_or(false);
    let take = |key| module.payout_file(&post.actor, again, Some(key));
    // A key is of one of the two.
    let asked: &[u8] = if again { b"again" } else { b"" };
    // Account numbers are not kept in a copy.
    post.once_with_key(Keep::Status, asked, take, Reply::ok::<PayoutFileView>)
        .await
}
