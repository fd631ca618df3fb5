//! Forms that only the session sends for which they were made.

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    web::{Bytes, Data, Form},
};
use feira_kernel::Surface;
use serde::de::DeserializeOwned;

use super::{
    Extracted,
    cookies::{session_token, surface},
    state,
};
use crate::{
    current::current,
    error::{PageError, Problem},
    extract,
    state::AppState,
    submitted::MAX_FORM,
};

/// Where somebody wants to be who is to sign in first: where her form goes, if it is kept, or else
/// the page that she was on.
pub(super) fn wanted(request: &HttpRequest) -> String {
    let current = current();
    match current.form {
        Some(_) => request.path().to_owned(),
        None => current.page,
    }
}

/// Bound to the session, so that a form of one person is worth nothing in another's browser.
pub fn csrf_token(state: &AppState, session: &str) -> String {
    state.page_key.derive("csrf", NIL, session)
}

pub(super) const NIL: uuid::Uuid = uuid::Uuid::nil();

/// A form that was made for this session: its `csrf` field was checked and taken out.
pub struct CsrfForm<T>(pub T);

#[derive(serde::Deserialize)]
struct CsrfField {
    csrf: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = PageError;
    type Future = Extracted<Self, PageError>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = extract::read(payload, MAX_FORM)
                .await
                .map_err(PageError::from)?;
            check_csrf(&request, &csrf_of(&bytes))?;
            let mut form = Payload::from(without_csrf(&bytes));
            let value = Form::<T>::from_request(&request, &mut form).await;
            let value = value.map_err(|_| {
                PageError::from(Problem::new(
                    actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
                    "request.invalid_form",
                    "the form does not fit; go back and try again",
                ))
            })?;
            Ok(Self(value.into_inner()))
        })
    }
}

/// What was typed is the same in whichever session it is sent.
fn without_csrf(form: &[u8]) -> Bytes {
    let pairs = form.split(|b| *b == b'&');
    let typed: Vec<&[u8]> = pairs.filter(|pair| !pair.starts_with(b"csrf=")).collect();
    Bytes::from(typed.join(&b'&'))
}

/// Empty where there is none.
pub(super) fn csrf_of(form: &[u8]) -> String {
    let text = std::str::from_utf8(form).unwrap_or_default();
    let field = actix_web::web::Query::<CsrfField>::from_query(text);
    field.map_or_else(|_| String::new(), |field| field.into_inner().csrf)
}

/// Refuses a form whose token is not the session's; also for multipart forms.
pub fn check_csrf(request: &HttpRequest, token: &str) -> Result<(), PageError> {
    let state: &Data<AppState> = state(request).map_err(PageError::from)?;
    let order = match surface(request.path()) {
        Surface::Admin => [Surface::Admin, Surface::Seller],
        Surface::Seller | Surface::Shop => [Surface::Seller, Surface::Admin],
    };
    let sessions = order.into_iter().filter_map(|s| session_token(request, s));
    let sessions: Vec<String> = sessions.collect();
    let ours = |session: &String| state.page_key.verify(token, "csrf", NIL, session);
    if sessions.iter().any(ours) {
        return Ok(());
    }
    let login = match order[0] {
        Surface::Admin => "/admin/login",
        _ => "/seller/login",
    };
    Err(match sessions.first() {
        Some(session) => PageError::OldForm {
            csrf: csrf_token(state, session),
        },
        None => PageError::redirect_to_login(login, &wanted(request)),
    })
}
