//! Accounts that a store has at providers that pay stores.

use actix_web::{HttpResponse, get, http::header, post, web::Data};
use feira_payment::{Onboarding, StoreAccount};
use feira_web::{auth::SellerCaller, error::Problem, extract::Body, state::AppState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::List,
    views::{Timestamp, words},
};

/// Where the holder comes back from the provider.
const BACK: &str = "/seller/payouts/account";

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderAccountView {
    provider: String,
    state: words::StoreAccountState,
    /// What its holder has yet to give, in the provider's words.
    missing: Vec<String>,
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
            disabled_reason: account.disabled_reason,
            looked_at: account.looked_at.map(Timestamp::from),
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
