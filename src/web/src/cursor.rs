//! Cursors as the API and the pages give them: each belongs to the list that gave it, with its sort and
//! its filters, and leads on in no other.

use actix_web::{HttpRequest, web::Query};
use feira_kernel::{Cursor, PageError};
use sha2::{Digest, Sha256};

/// What tells the part of a list, not the list.
const PART: [&str; 2] = ["cursor", "limit"];

/// A place in the list that is asked for.
pub fn given(request: &HttpRequest, place: &Cursor) -> String {
    list_of(request).given(place)
}

/// The place that a cursor names, if it was given for this list.
pub fn taken(request: &HttpRequest, cursor: &str) -> Result<Cursor, PageError> {
    list_of(request).taken(cursor)
}

fn list_of(request: &HttpRequest) -> List {
    let sent = Query::<Vec<(String, String)>>::from_query(request.query_string());
    let sent = sent.map(Query::into_inner).unwrap_or_default();
    List::of(request.path(), sent)
}

/// A list, told apart by a digest of its path and of its parameters, in whatever order they are sent.
pub struct List(String);

impl List {
    pub fn of(path: &str, mut parameters: Vec<(String, String)>) -> Self {
        parameters.retain(|(name, _)| !PART.contains(&name.as_str()));
        parameters.sort_unstable();
        let list = serde_json::to_vec(&(path, parameters)).unwrap_or_default();
        Self(hex::encode(&Sha256::digest(list)[..6]))
    }

    pub fn given(&self, place: &Cursor) -> String {
        format!("{}.{}", place.0, self.0)
    }

    pub fn taken(&self, cursor: &str) -> Result<Cursor, PageError> {
        let (place, list) = cursor.rsplit_once('.').ok_or(PageError::Cursor)?;
        if list != self.0 {
            return Err(PageError::Cursor);
        }
        Ok(Cursor(place.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_list_alone() {
        let at = |uri: &str| TestRequest::with_uri(uri).to_http_request();
        let place = Cursor("eyJpZCI6MX0".to_owned());
        let cursor = given(&at("/products?q=red%20mug&sort=price&limit=2"), &place);
        for (uri, same) in [
            ("/products?sort=price&q=red+mug", true),
            ("/products?limit=9&q=red%20mug&cursor=x&sort=price", true),
            ("/products?q=red%20mug&sort=-price", false),
            ("/products?q=red%20mug", false),
            ("/products?q=blue%20mug&sort=price", false),
            ("/products?q=red%20mug&sort=price&in_stock=true", false),
            ("/seller/products?q=red%20mug&sort=price", false),
        ] {
            assert_eq!(taken(&at(uri), &cursor).is_ok(), same, "{uri}");
        }
        let plain = at("/orders");
        assert_eq!(taken(&plain, &given(&plain, &place)), Ok(place.clone()));
        for foreign in ["", ".", "AAAA", &place.0, "a.b.c"] {
            assert_eq!(taken(&plain, foreign), Err(PageError::Cursor), "{foreign}");
        }
    }
}
