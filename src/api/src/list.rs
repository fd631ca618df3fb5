//! Lists: `{"items": [...], "next_cursor": ...}` with a `Link` to the next page.

use actix_web::{HttpRequest, HttpResponse, http::header};
use feira_kernel::{Page, PageRequest};
use feira_web::{cursor, error::Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    pub(crate) limit: Option<u32>,
    pub(crate) cursor: Option<String>,
}

/// One page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

/// All of it.
impl<T, View: From<T>> From<Vec<T>> for List<View> {
    fn from(all: Vec<T>) -> Self {
        Self {
            items: all.into_iter().map(View::from).collect(),
            next_cursor: None,
        }
    }
}

/// The page that a query asks for.
pub(crate) fn page(
    request: &HttpRequest,
    limit: Option<u32>,
    cursor: Option<String>,
) -> Result<PageRequest, Problem> {
    let sent = cursor.filter(|cursor| !cursor.is_empty());
    let place = sent.map(|sent| cursor::taken(request, &sent)).transpose()?;
    Ok(PageRequest::new(limit, place)?)
}

/// Answers a page, with the address of the next one.
pub(crate) fn answer<T: Serialize>(request: &HttpRequest, page: Page<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    let next = page.next_cursor.map(|place| cursor::given(request, &place));
    if let Some(cursor) = &next {
        let kept = request
            .query_string()
            .split('&')
            .filter(|p| !p.is_empty() && !p.starts_with("cursor="));
        let query = kept
            .map(str::to_owned)
            .chain([format!("cursor={cursor}")])
            .collect::<Vec<_>>()
            .join("&");
        response.insert_header((
            header::LINK,
            format!("<{}?{query}>; rel=\"next\"", request.path()),
        ));
    }
    response.json(List {
        items: page.items,
        next_cursor: next,
    })
}
