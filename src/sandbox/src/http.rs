//! The provider's routes, below `/sandbox`. The application gives a `Data<Sandbox>`.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::StatusCode,
    web::{self, Data, Json, Path, Query, ServiceConfig, resource},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Sandbox, SandboxError,
    bank::{self, key},
    charges::{ChargeView, NewCharge},
    disputes::DisputeView,
    entities::charge::Column,
    holder,
    instalments::{self, Plan},
    refunds::NewRefund,
    setups::{Confirmation, NewSetup},
};

const MAX_BODY: usize = 16 * 1024;
/// Texts of every kind of evidence.
const MAX_EVIDENCE: usize = 1024 * 1024;

pub fn configure(cfg: &mut ServiceConfig) {
    let json = web::JsonConfig::default()
        .limit(MAX_BODY)
        .error_handler(|error, _| SandboxError::Invalid(error.to_string()).into());
    let query = web::QueryConfig::default()
        .error_handler(|error, _| SandboxError::Invalid(error.to_string()).into());
    cfg.service(
        web::scope("/sandbox")
            .app_data(json)
            .app_data(query)
            .service(resource("/v1/charges").post(create).get(list))
            .service(resource("/v1/instalments").get(plans))
            .service(resource("/v1/charges/{id}").get(fetch))
            .service(resource("/v1/charges/{id}/cancel").post(cancel))
            .service(resource("/v1/charges/{id}/refunds").post(refund))
            .service(resource("/v1/charges/{id}/disputes").get(disputes))
            .service(
                resource("/v1/disputes/{id}/evidence")
                    .app_data(web::PayloadConfig::new(MAX_EVIDENCE))
                    .post(answer),
            )
            .service(resource("/bank/charges/{id}/disputes").post(bank::dispute))
            .service(resource("/bank/disputes/{id}/outcome").post(bank::decide))
            .service(resource("/v1/setups").post(set_up))
            .service(resource("/v1/setups/{id}").get(fetch_setup))
            .service(resource("/v1/cards/{id}/forget").post(forget))
            .service(resource("/setups/confirm").post(confirm_setup))
            .service(resource("/v1/accounts").post(holder::open))
            .service(resource("/v1/accounts/{id}").get(holder::fetch))
            .service(resource("/v1/accounts/{id}/links").post(holder::link))
            .service(resource("/v1/transfers").post(holder::transfer))
            .service(resource("/v1/transfers/{id}/reversals").post(holder::reverse))
            .service(resource("/bank/accounts/{id}").post(holder::set))
            .service(resource("/bank/accounts/{id}/drain").post(holder::drain))
            .service(
                resource("/accounts/{id}")
                    .get(holder::page)
                    .post(holder::submit),
            )
            .service(resource("/pix/{txid}").get(bank::pix_page))
            .service(resource("/pix/{txid}/pay").post(bank::pay))
            .service(
                resource("/confirm/{id}")
                    .get(bank::confirm_page)
                    .post(bank::confirm),
            ),
    );
}

#[derive(Serialize)]
struct ErrorBody {
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

impl ResponseError for SandboxError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Invalid(_) | Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let error = match self {
            Self::Unavailable(reason) => {
                tracing::error!(reason, "the sandbox cannot answer");
                "try again".to_owned()
            }
            other => other.to_string(),
        };
        let code = match self {
            Self::Refused(code) => Some(*code),
            _ => None,
        };
        HttpResponse::build(self.status_code()).json(ErrorBody { error, code })
    }
}

impl Sandbox {
    /// Digests are compared, so that the time taken tells nothing of the key.
    pub(super) fn authorize(&self, request: &HttpRequest) -> Result<(), SandboxError> {
        let header = request
            .headers()
            .get("authorization")
            .and_then(|h| h.to_str().ok());
        let given = header
            .and_then(|h| h.strip_prefix("Bearer "))
            .unwrap_or_default();
        let right =
            Sha256::digest(given.as_bytes()) == Sha256::digest(self.0.settings.api_key.as_bytes());
        if right {
            Ok(())
        } else {
            Err(SandboxError::Unauthorized)
        }
    }
}

async fn create(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    new: Json<NewCharge>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let (charge, holds) = sandbox.charge(&key(&request)?, &new).await?;
    if holds {
        let released = sandbox.0.released.notified();
        // Longer than any caller waits: that is what this card is for.
        let _ = tokio::time::timeout(sandbox.0.settings.hold, released).await;
    }
    Ok(HttpResponse::Created().json(sandbox.view(charge)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    idempotency_key: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct ListBody {
    items: Vec<ChargeView>,
    next_cursor: Option<String>,
}

/// One charge by its key, or all of them page by page.
async fn list(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    if let Some(key) = &query.idempotency_key {
        let charge = sandbox.find(Column::IdempotencyKey, key).await?;
        return Ok(HttpResponse::Ok().json(sandbox.view(charge)));
    }
    let limit = query.limit.unwrap_or(100).clamp(1, 100);
    let charges = sandbox
        .list(limit, query.cursor.as_deref().unwrap_or_default())
        .await?;
    let full = i64::try_from(charges.len()).is_ok_and(|count| count == limit);
    let next_cursor = charges
        .last()
        .filter(|_| full)
        .map(|charge| charge.id.clone());
    let items = charges
        .into_iter()
        .map(|charge| sandbox.view(charge))
        .collect();
    Ok(HttpResponse::Ok().json(ListBody { items, next_cursor }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlansQuery {
    amount: i64,
    currency: String,
}

#[derive(Serialize)]
struct PlansBody {
    currency: String,
    items: Vec<Plan>,
}

/// In which instalments a card can pay the amount, in minor units, if its holder bears the interest.
async fn plans(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    query: Query<PlansQuery>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let PlansQuery { amount, currency } = query.into_inner();
    let items = instalments::plans(amount);
    Ok(HttpResponse::Ok().json(PlansBody { currency, items }))
}

async fn fetch(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let charge = sandbox.find(Column::Id, &id).await?;
    Ok(HttpResponse::Ok().json(sandbox.view(charge)))
}

async fn cancel(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let charge = sandbox.cancel(&id).await?;
    Ok(HttpResponse::Ok().json(sandbox.view(charge)))
}

async fn refund(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
    new: Json<NewRefund>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let refund = sandbox.refund(&id, &key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(refund))
}

#[derive(Serialize)]
struct DisputesBody {
    items: Vec<DisputeView>,
}

async fn disputes(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let items = sandbox.disputes(&id).await?;
    Ok(HttpResponse::Ok().json(DisputesBody { items }))
}

/// What is sent is kept as it is.
async fn answer(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
    body: String,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    sandbox.answer(&id, &body).await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({"status": "answered"})))
}

async fn set_up(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    new: Json<NewSetup>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let setup = sandbox.set_up(&key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(setup))
}

async fn fetch_setup(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    Ok(HttpResponse::Ok().json(sandbox.setup(&id).await?))
}

async fn forget(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    Ok(HttpResponse::Ok().json(sandbox.forget(&id).await?))
}

/// By the holder's own program, which knows the secret and no key.
async fn confirm_setup(
    sandbox: Data<Sandbox>,
    confirmation: Json<Confirmation>,
) -> Result<HttpResponse, SandboxError> {
    let setup = sandbox.confirm_setup(&confirmation).await?;
    Ok(HttpResponse::Ok().json(setup))
}
