//! Accounts that a store has at providers that pay stores.

use actix_web::{
    HttpResponse, get,
    http::header,
    post,
    web::{Data, Path},
};
use feira_kernel::StoreId;
use feira_payment::{AccountWithdrawal, Onboarding, SplitAccount, StoreAccount};
use feira_web::{
    auth::{AdminCaller, SellerCaller},
    error::Problem,
    extract::Body,
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::List,
    views::{MoneyView, Timestamp, words},
};

/// Where the holder comes back from the provider.
const BACK: &str = "/seller/payouts/account";

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderAccountView {
    provider: String,
    state: words::StoreAccountState,
    /// What its holder has yet to give, in the provider's words. Of an account to which charges are split: `pix_key`,
    /// the store is paid on none; `pix_key_new`, nothing is paid to it yet; `pix_key_changed` or `pix_key_taken`, it
    /// is paid on another, or on one that another store has there; `account_gone`.
    missing: Vec<String>,
    /// Of an account to which charges are split, at once when they are paid: what is there, and left it. Others take
    /// payouts.
    split: Option<SplitAccountView>,
    /// Accounts of keys that the store gave before, while something may be in them: it goes to those keys.
    retired: Vec<SplitAccountView>,
    /// Why it is closed, in the provider's word.
    disabled_reason: Option<String>,
    /// When the provider was asked last.
    looked_at: Option<Timestamp>,
}

impl From<StoreAccount> for ProviderAccountView {
    fn from(account: StoreAccount) -> Self {
        Self {
            provider: account.provider,
            state: account.state.into(),
            missing: account.missing,
            split: account.split.map(SplitAccountView::from),
            retired: account
                .retired
                .into_iter()
                .map(SplitAccountView::from)
                .collect(),
            disabled_reason: account.disabled_reason,
            looked_at: account.looked_at.map(Timestamp::from),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SplitAccountView {
    provider: String,
    /// The PIX key of which it is; absent of one that is not opened.
    account: Option<String>,
    /// As the provider said last; absent of one that is not opened.
    balance: Option<MoneyView>,
    /// Newest first, at most 10: each run of payouts takes out what is there.
    withdrawals: Vec<WithdrawalView>,
    /// When the store gave another key: nothing is split to it any more.
    retired_at: Option<Timestamp>,
    /// Why what is there stayed there, when it was looked at last.
    kept: Option<words::WithdrawalKept>,
}

#[derive(Debug, Serialize, ToSchema)]
struct WithdrawalView {
    amount: MoneyView,
    state: words::WithdrawalState,
    /// The provider's name of it.
    reference: Option<String>,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<SplitAccount> for SplitAccountView {
    fn from(account: SplitAccount) -> Self {
        let all = account.withdrawals.into_iter();
        Self {
            balance: account.balance.map(MoneyView::from),
            withdrawals: all.map(WithdrawalView::from).collect(),
            provider: account.provider,
            account: account.account,
            retired_at: account.retired_at.map(Timestamp::from),
            kept: account.kept.map(Into::into),
        }
    }
}

impl From<AccountWithdrawal> for WithdrawalView {
    fn from(one: AccountWithdrawal) -> Self {
        Self {
            amount: one.amount.into(),
            state: one.state.into(),
            reference: one.reference,
            created_at: one.created_at.into(),
            ended_at: one.ended_at.map(Timestamp::from),
        }
    }
}

/// Where the store can be paid at a provider, and what is missing there, as the provider says now.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = List<ProviderAccountView>)))]
#[get("/seller/provider-accounts")]
pub(crate) async fn index(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let found = state.payments.store_accounts(&caller.0).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(List::<ProviderAccountView>::from(found)))
}

/// A store's accounts at providers that split charges, and what left them: the present ones, and those of keys before that
/// are not empty.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = List<SplitAccountView>)))]
#[get("/admin/stores/{id}/split-accounts")]
pub(crate) async fn of_store(
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let store = StoreId(id.into_inner());
    let found = state.payments.split_accounts(&caller.0, store).await?;
    Ok(HttpResponse::Ok().json(List::<SplitAccountView>::from(found)))
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"provider": "sandbox"}))]
pub(crate) struct OpenAccountBody {
    /// By its name.
    provider: String,
}

/// Where the store's account is completed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingView {
    provider: String,
    /// Works once, and soon. It leads back to the page of the store's payout account.
    url: String,
}

impl From<Onboarding> for OnboardingView {
    fn from(onboarding: Onboarding) -> Self {
        Self {
            provider: onboarding.provider,
            url: onboarding.url,
        }
    }
}

/// Open the store's account at a provider, or go on with it. For its owner; nothing is paid there before she says
/// so at the payout account.
#[utoipa::path(tag = "seller", request_body = OpenAccountBody, security(("seller" = [])),
    extensions(("x-idempotency" = json!("none"))), responses((status = 200, body = OnboardingView)))]
#[post("/seller/provider-accounts")]
pub(crate) async fn open(
    state: Data<AppState>,
    caller: SellerCaller,
    body: Body<OpenAccountBody>,
) -> Result<HttpResponse, Problem> {
    let back = format!("{}{BACK}", state.settings.base_url);
    let open = state
        .payments
        .open_store_account(&caller.0, body.value.provider, back);
    // The address works once: nobody keeps it.
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(OnboardingView::from(open.await?)))
}
