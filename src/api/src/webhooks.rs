//! Providers' notifications: the raw body and the headers go to the module as they came.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use feira_payment::ProviderWebhook;
use feira_web::{auth::GATEWAY, error::Problem, extract, state::AppState};

const MAX_BYTES: usize = 262_144;

/// Answers 200, which all of them take for an answer, to everything that is signed, also to what is late or was seen before. What follows the
/// name in the path is the provider's to read: some append to the address that they are given.
pub(crate) async fn receive(
    request: HttpRequest,
    state: Data<AppState>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = extract::read(payload.into_inner(), MAX_BYTES).await?;
    let headers = request
        .headers()
        .iter()
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let part = |name: &str| request.match_info().query(name).to_owned();
    let webhook = ProviderWebhook {
        provider: part("provider"),
        path: part("path"),
        headers,
        body: body.into(),
    };
    state.payments.provider_webhook(&GATEWAY, webhook).await?;
    Ok(HttpResponse::Ok().finish())
}
