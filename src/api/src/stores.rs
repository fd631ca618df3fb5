//! Stores as buyers see them, and the application to sell.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_kernel::{Actor, StoreId};
use feira_store::{Application, Store, StoreFilter, StoreKey};
use feira_web::{
    auth::Customer,
    error::{Problem, ProblemBody},
    etag::tagged,
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    catalog, list,
    views::{AddressBody, Timestamp, words::StoreStatus},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StoreParams {
    /// Start of the name.
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A store, with the seller's identity as the law asks of listings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreView {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    status: StoreStatus,
    status_reason: Option<String>,
    business_name: String,
    tax_id: String,
    address: AddressBody,
    currency: &'static str,
    created_at: Timestamp,
}

impl From<Store> for StoreView {
    fn from(s: Store) -> Self {
        Self {
            id: s.id.0,
            slug: s.slug,
            name: s.name,
            description: s.description,
            status: s.status.into(),
            status_reason: s.status_reason,
            business_name: s.business_name,
            tax_id: s.tax_id,
            address: s.address.into(),
            currency: s.currency.code(),
            created_at: s.created_at.into(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "business_name": "Ana Cerâmica LTDA", "tax_id": "11.222.333/0001-81", "phone": "+5511987654321",
    "name": "Ana Cerâmica", "description": "Mugs and bowls, made by hand.",
    "address": {
        "recipient": "Ana Souza", "street": "Rua Augusta", "number": "1500", "city": "São Paulo",
        "state": "SP", "postal_code": "01304-001", "country": "BR",
    },
}))]
pub(crate) struct ApplyBody {
    business_name: String,
    /// CPF or CNPJ in Brazil.
    tax_id: String,
    phone: String,
    name: String,
    description: String,
    address: AddressBody,
}

/// Stores that can be bought from.
#[utoipa::path(tag = "stores", params(StoreParams), responses((status = 200, body = list::List<StoreView>)))]
#[get("/stores")]
pub(crate) async fn index(
    request: HttpRequest,
    state: Data<AppState>,
    params: Params<StoreParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let filter = StoreFilter {
        status: None,
        q: params.0.q,
    };
    let found = state.stores.list(&Actor::stranger(), filter, page).await?;
    Ok(list::answer(&request, found.map(StoreView::from)))
}

/// One store by id or slug.
#[utoipa::path(tag = "stores", params(("key" = String, Path, description = "id or slug")),
    responses((status = 200, body = StoreView), (status = 304, description = "Not modified")))]
#[get("/stores/{key}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let text = path.into_inner();
    let key = text
        .parse()
        .map_or(StoreKey::Slug(text), |id| StoreKey::Id(StoreId(id)));
    let store = state.stores.store(&Actor::stranger(), key).await?;
    Ok(tagged(
        &request,
        None,
        &StoreView::from(store),
        catalog::CACHE,
    ))
}

/// Apply to sell: a pending store of the signed-in person.
#[utoipa::path(tag = "stores", request_body = ApplyBody, security(("shop" = [])),
    responses((status = 201, body = StoreView), (status = 403, body = ProblemBody)))]
#[post("/stores")]
pub(crate) async fn apply(
    post: Post<Customer>,
    body: Body<ApplyBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let application = Application {
        business_name: b.business_name,
        tax_id: b.tax_id,
        phone: b.phone,
        name: b.name,
        description: b.description,
        address: b.address.into(),
    };
    let apply = |key| post.state.stores.apply(&post.actor, application, key);
    post.once(&bytes, apply, |made| {
        let location = format!("/api/v1/stores/{}", made.id);
        Reply::created::<StoreView>(location, made)
    })
    .await
}
