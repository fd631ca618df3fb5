//! The pictures of a store's products.

use actix_web::{
    HttpRequest, HttpResponse, delete, post, put,
    web::{Data, Path, Payload},
};
use feira_catalog::{ImageId, ImageUpload, ProductId};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::IfMatch,
    extract::{self, Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    seller_catalog::shown,
    seller_stock::unsupported,
    views::{ImageView, ProductView},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImageParams {
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    alt_text: String,
}

/// Add a picture: the body is a JPEG, PNG or WebP file of up to 8 MiB.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ImageParams),
    request_body(content((String = "image/jpeg"), (String = "image/png"), (String = "image/webp"))),
    security(("seller" = [])),
    responses((status = 201, body = ImageView)))]
#[post("/seller/products/{id}/images")]
pub(crate) async fn add(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    params: Params<ImageParams>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let kind = extract::media_type(post.request.headers());
    if !["image/jpeg", "image/png", "image/webp"].contains(&kind.as_str()) {
        return Err(unsupported(
            "send the picture as image/jpeg, image/png or image/webp",
        ));
    }
    let limit = post.state.settings.max_upload_bytes;
    let bytes = extract::read(payload.into_inner(), limit).await?;
    let product = ProductId(path.into_inner());
    let add = |bytes, key| {
        let upload = ImageUpload {
            bytes,
            alt_text: params.0.alt_text,
        };
        post.state
            .catalog
            .add_image(&post.actor, product, upload, key)
    };
    post.once_taking(bytes, add, |image| {
        let location = format!("/api/v1/seller/products/{product}");
        Reply::created::<ImageView>(location, image)
    })
    .await
}

/// In which order a product shows its images.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"image_ids": ["0190a1b2-c3d4-7000-8000-000000000001"]}))]
pub(crate) struct ImageOrderBody {
    /// All of them, once each.
    image_ids: Vec<Uuid>,
}

/// Put the images in another order; the first one stands in lists.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = ImageOrderBody, security(("seller" = [])),
    responses((status = 200, body = ProductView)))]
#[put("/seller/products/{id}/images")]
pub(crate) async fn order(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Body<ImageOrderBody>,
) -> Result<HttpResponse, Problem> {
    let images = body.value.image_ids.into_iter().map(ImageId).collect();
    let product = ProductId(path.into_inner());
    Ok(shown(
        &request,
        state
            .catalog
            .order_images(&caller.0, product, images, if_match.0)
            .await?,
    ))
}

/// Take an image away; orders go on showing it.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path), ("image_id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = ProductView)))]
#[delete("/seller/products/{id}/images/{image_id}")]
pub(crate) async fn remove(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (product, image) = path.into_inner();
    Ok(shown(
        &request,
        state
            .catalog
            .remove_image(&caller.0, ProductId(product), ImageId(image), if_match.0)
            .await?,
    ))
}
