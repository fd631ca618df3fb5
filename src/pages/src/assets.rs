//! Styles, scripts and icons, compiled into the binary. A link carries the content's hash, so
//! that a browser may keep the file for good and still never shows an old one.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use feira_web::etag;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../static/"]
struct Files;

/// A file's name and the hash of its content.
static HASHES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    Files::iter()
        .filter(|name| name != "CHECKSUMS")
        .filter_map(|name| Some((name.to_string(), hash(&Files::get(&name)?))))
        .collect()
});

fn hash(file: &EmbeddedFile) -> String {
    URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..9])
}

/// Where a file is served; the address changes with the content.
pub(crate) fn url(name: &str) -> String {
    match HASHES.get(name) {
        Some(hash) => format!("/static/{name}?v={hash}"),
        None => format!("/static/{name}"),
    }
}

/// GET /static/{name}
pub(crate) async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some((file, hash)) = Files::get(&name).zip(HASHES.get(name.as_str())) else {
        return HttpResponse::NotFound().finish();
    };
    // Only an address with the current hash is cached for good.
    let named = request.query_string().strip_prefix("v=") == Some(hash);
    let keep = if named {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    let (mut response, has_it) = etag::head(&request, format!("\"{hash}\""), keep);
    response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if has_it {
        return response.finish();
    }
    response
        .insert_header((header::CONTENT_TYPE, content_type(&name)))
        .body(file.data)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{App, dev::ServiceResponse, http::StatusCode, test as serving};

    use super::*;

    #[test]
    fn vendored_files_are_the_ones_that_were_checked() {
        use sha2::{Digest, Sha256};
        let list = include_str!("../../../static/CHECKSUMS");
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (sum, name) = line.split_once("  ").expect("<sha-256>  <name>");
            let file = Files::get(name).expect(name);
            let actual = hex::encode(Sha256::digest(&file.data));
            assert_eq!(actual, sum, "{name}");
        }
        assert!(list.contains("htmx.min.js"));
    }

    fn header_of(response: &ServiceResponse, name: &str) -> String {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    #[actix_web::test]
    async fn a_file_is_kept_for_good_only_under_its_hash() {
        let app =
            serving::init_service(App::new().route("/static/{name}", web::get().to(file))).await;
        let get = |uri: String| serving::TestRequest::get().uri(&uri).to_request();

        let named = serving::call_service(&app, get(url("app.css"))).await;
        assert_eq!(named.status(), StatusCode::OK);
        assert!(header_of(&named, "cache-control").contains("immutable"));
        assert_eq!(header_of(&named, "x-content-type-options"), "nosniff");
        let etag = header_of(&named, "etag");

        let bare = serving::call_service(&app, get("/static/app.css".to_owned())).await;
        assert_eq!(header_of(&bare, "cache-control"), "public, no-cache");

        let again = serving::TestRequest::get()
            .uri("/static/app.css")
            .insert_header((header::IF_NONE_MATCH, etag))
            .to_request();
        assert_eq!(
            serving::call_service(&app, again).await.status(),
            StatusCode::NOT_MODIFIED
        );
        for missing in ["/static/none.css", "/static/CHECKSUMS"] {
            let answer = serving::call_service(&app, get(missing.to_owned())).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{missing}");
        }
    }
}
