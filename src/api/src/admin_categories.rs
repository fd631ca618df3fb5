//! The tree of categories, as operators change it.

use actix_web::{
    HttpRequest, HttpResponse, delete, patch, post,
    web::{Data, Path},
};
use feira_catalog::{CategoryChange, CategoryId, CategoryNamesChange, NewCategory};
use feira_web::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    etag::IfMatch,
    extract::{Body, Params, given},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    catalog,
    views::{CategoryNames, CategoryView},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Kitchen", "names": {"pt-BR": "Cozinha"}, "parent_id": null}))]
pub(crate) struct CategoryBody {
    /// Where a language has no name of its own.
    name: String,
    #[serde(default)]
    names: CategoryNames,
    parent_id: Option<Uuid>,
}

/// A JSON merge patch: absent stays; a null parent makes it a root.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Kitchen and table", "names": {"pt-BR": "Cozinha e mesa"}, "parent_id": null,
}))]
pub(crate) struct CategoryPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default)]
    names: CategoryNamesPatch,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    parent_id: Option<Option<Uuid>>,
}

/// Of each language: absent stays; null takes its name away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryNamesPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    en: Option<Option<String>>,
    #[serde(default, rename = "pt-BR", deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pt_br: Option<Option<String>>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RemovalParams {
    /// Puts its products into the category above first.
    #[serde(default)]
    products_to_parent: bool,
}

/// Add a category.
#[utoipa::path(tag = "admin", request_body = CategoryBody, security(("admin" = [])),
    responses((status = 201, body = CategoryView)))]
#[post("/admin/categories")]
pub(crate) async fn create(
    post: Post<AdminCaller>,
    body: Body<CategoryBody>,
) -> Result<HttpResponse, Problem> {
    let new = NewCategory {
        parent: body.value.parent_id.map(CategoryId),
        name: body.value.name,
        names: body.value.names.into(),
    };
    let create = |key| post.state.catalog.create_category(&post.actor, new, key);
    post.once(&body.bytes, create, |made| {
        Reply::created::<CategoryView>("/api/v1/categories", made)
    })
    .await
}

/// Rename a category, or move it with all below it. Its slug stays.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = CategoryPatch, security(("admin" = [])),
    responses((status = 200, body = CategoryView)))]
#[patch("/admin/categories/{id}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<CategoryPatch>,
) -> Result<HttpResponse, Problem> {
    let change = CategoryChange {
        expected_version: if_match.0,
        name: body.value.name,
        parent: body.value.parent_id.map(|parent| parent.map(CategoryId)),
        names: CategoryNamesChange {
            en: body.value.names.en,
            pt_br: body.value.names.pt_br,
        },
    };
    let changed = state
        .catalog
        .update_category(&caller.0, CategoryId(*id), change);
    Ok(catalog::tagged_category(&request, changed.await?))
}

/// Remove a category that has neither products nor categories below it, and no commission rules.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path), RemovalParams), security(("admin" = [])),
    responses((status = 204), (status = 409, body = ProblemBody)))]
#[delete("/admin/categories/{id}")]
pub(crate) async fn remove(
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    params: Params<RemovalParams>,
) -> Result<HttpResponse, Problem> {
    let to_parent = params.0.products_to_parent;
    let catalog = &state.catalog;
    catalog
        .remove_category(&caller.0, CategoryId(*id), to_parent, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
