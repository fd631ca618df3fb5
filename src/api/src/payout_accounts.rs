//! Where a store is paid.

use actix_web::{HttpResponse, get, http::header, post, web::Data};
use feira_kernel::Actor;
use feira_store::{NewPayoutAccount, PayoutAccount, PayoutAccountChange};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::Body,
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::{Timestamp, words};

/// An account that payouts go to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum PayoutAccountBody {
    /// A CPF or CNPJ, a telephone number with +55, an e-mail address, or a random key.
    Pix { key: String },
    /// In Brazil.
    BankAccount {
        /// Three digits.
        bank: String,
        branch: String,
        /// With its digit.
        account: String,
        holder: String,
        /// CPF or CNPJ.
        holder_tax_id: String,
    },
    /// Elsewhere.
    Iban {
        iban: String,
        #[serde(default)]
        bic: Option<String>,
        holder: String,
    },
    /// The store's own at a provider, which must say that it takes payouts.
    Provider { provider: String },
}

impl PayoutAccountBody {
    /// Of an account at a provider payment knows which it is.
    async fn given(self, state: &AppState, actor: &Actor) -> Result<NewPayoutAccount, Problem> {
        use NewPayoutAccount as New;
        Ok(match self {
            Self::Pix { key } => New::Pix { key },
            Self::BankAccount {
                bank,
                branch,
                account,
                holder,
                holder_tax_id,
            } => New::BankAccount {
                bank,
                branch,
                account,
                holder,
                holder_tax_id,
            },
            Self::Iban { iban, bic, holder } => New::Iban { iban, bic, holder },
            Self::Provider { provider } => state.payments.payable_account(actor, provider).await?,
        })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "account": {"kind": "pix", "key": "529.982.247-25"}, "password": "correct horse battery",
}))]
pub(crate) struct ChangePayoutAccountBody {
    account: PayoutAccountBody,
    /// Yours, once more.
    password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayoutAccountView {
    kind: words::PayoutAccountKind,
    /// With most of its number hidden.
    masked: String,
    changed_at: Timestamp,
}

impl From<PayoutAccount> for PayoutAccountView {
    fn from(account: PayoutAccount) -> Self {
        Self {
            kind: account.kind.into(),
            masked: account.masked,
            changed_at: account.changed_at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnPayoutAccountView {
    /// Null until the owner has given one.
    account: Option<PayoutAccountView>,
}

/// Where the store is paid.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = OwnPayoutAccountView)))]
#[get("/seller/payout-account")]
pub(crate) async fn show(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let found = state.stores.payout_account(&caller.0).await?;
    let account = found.map(PayoutAccountView::from);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(OwnPayoutAccountView { account }))
}

/// Say where the store is paid from now on. For its owner, who is sent a mail; payouts are held for a day.
#[utoipa::path(tag = "seller", request_body = ChangePayoutAccountBody, security(("seller" = [])),
    responses((status = 200, body = PayoutAccountView)))]
#[post("/seller/payout-account")]
pub(crate) async fn change(
    post: Post<SellerCaller>,
    body: Body<ChangePayoutAccountBody>,
) -> Result<HttpResponse, Problem> {
    let ChangePayoutAccountBody { account, password } = body.value;
    // No digest is kept from which a password could be guessed.
    let bytes = serde_json::to_vec(&account).unwrap_or_default();
    let change = PayoutAccountChange {
        expected_version: None,
        account: account.given(&post.state, &post.actor).await?,
        password,
    };
    let stores = &post.state.stores;
    let save = |key| stores.change_payout_account(&post.actor, change, key);
    post.once(&bytes, save, Reply::ok::<PayoutAccountView>)
        .await
}
