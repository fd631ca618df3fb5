use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use feira_catalog::{ImageUpload, Product, ProductChange, ProductId, ProductKey};
use feira_web::{
    auth::{self, CsrfForm, SellerPage},
    state::AppState,
};
use uuid::Uuid;

use super::{
    products::{LIST, category_choices, status_name, status_of, statuses, tags},
    variant_form,
};
use crate::page::{Answer, Choice, Fields, Flash, Form, Lang, Page, done, respond};

#[derive(Template)]
#[template(path = "seller/product.html")]
pub(super) struct ProductPage {
    pub(super) p: Page,
    pub(super) product: Product,
    pub(super) form: Form,
    pub(super) upload: Form,
    pub(super) categories: Vec<Choice>,
    pub(super) statuses: Vec<Choice>,
    pub(super) add_variant: String,
}

/// An image with its form's other fields; how much that may be, `upload_limits` says.
#[derive(MultipartForm)]
pub(crate) struct Upload {
    csrf: Text<String>,
    image: Bytes,
    alt_text: Option<Text<String>>,
}

/// The forms of the page: as the product stands where `None`.
#[derive(Default)]
struct Forms {
    details: Option<Form>,
    upload: Option<Form>,
}

/// GET /seller/products/{id}
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
) -> Answer {
    detail(
        &request,
        &state,
        &seller,
        *id,
        Forms::default(),
        StatusCode::OK,
    )
    .await
}

async fn detail(
    request: &HttpRequest,
    state: &AppState,
    seller: &SellerPage,
    id: Uuid,
    forms: Forms,
    status: StatusCode,
) -> Answer {
    let key = ProductKey::Id(ProductId(id));
    let product = state.catalog.product(&seller.actor, key).await?;
    let categories = state.catalog.categories(&seller.actor).await?;
    let p = Page::seller(request, state, seller, "products").await;
    let p = p.below(LIST, "products-title").titled(product.name.clone());
    let page = ProductPage {
        categories: category_choices(&p, &categories),
        statuses: statuses(&p),
        form: match forms.details {
            Some(typed) => typed.beside(p.lang, form_of(&product)),
            None => form_of(&product),
        },
        upload: forms.upload.unwrap_or_default().prefixed("image-"),
        add_variant: format!("{LIST}/{id}/variants/new"),
        product,
        p,
    };
    respond(request, status, &page)
}

pub(super) fn form_of(product: &Product) -> Form {
    let category = product
        .category_path
        .last()
        .map(|category| category.id.to_string());
    let fields = Fields::default()
        .with("name", product.name.clone())
        .with("description", product.description.clone())
        .with("category", category.unwrap_or_default())
        .with("status", status_name(product.status))
        .with("brand", product.brand.clone().unwrap_or_default())
        .with("tags", product.tags.join(", "));
    Form::editing(product.version, fields)
}

/// POST /seller/products/{id}
pub(crate) async fn save(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = Lang::of(&seller.user.locale);
    let mut form = Form::new(form.0);
    let expected_version = form.version(lang);
    if form.value("name").is_empty() {
        form.refuse("name", lang.text("field-required"));
    }
    if !form.is_refused() {
        let change = ProductChange {
            expected_version,
            name: Some(form.text("name")),
            description: Some(form.text("description")),
            category: Some(variant_form::category(&form)),
            brand: Some(form.optional("brand")),
            tags: Some(tags(form.value("tags"))),
            status: status_of(form.value("status")),
        };
        match state
            .catalog
            .update_product(&seller.actor, ProductId(*id), change)
            .await
        {
            Ok(_) => return Ok(done(&state, &format!("{LIST}/{id}"), &Flash::good("saved"))),
            Err(error) => {
                form.take(lang, error)?;
                form.rename("category_id", "category");
            }
        }
    }
    let forms = Forms {
        details: Some(form),
        upload: None,
    };
    detail(
        &request,
        &state,
        &seller,
        *id,
        forms,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}

/// POST /seller/products/{id}/images
pub(crate) async fn add_image(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let lang = Lang::of(&seller.user.locale);
    let mut form = Form::default();
    match upload {
        Err(_) => form.refuse("image", lang.text("images-unreadable")),
        Ok(MultipartForm(upload)) => {
            auth::check_csrf(&request, &upload.csrf)?;
            let alt_text = upload
                .alt_text
                .map(|text| text.trim().to_owned())
                .unwrap_or_default();
            let image = ImageUpload {
                bytes: upload.image.data.into(),
                alt_text: alt_text.clone(),
            };
            match state
                .catalog
                .add_image(&seller.actor, ProductId(*id), image, None)
                .await
            {
                Ok(_) => {
                    return Ok(done(
                        &state,
                        &format!("{LIST}/{id}"),
                        &Flash::good("images-added"),
                    ));
                }
                Err(error) => {
                    form = Form::new(Fields::default().with("alt_text", alt_text));
                    form.take(lang, error)?;
                    form.blame("image");
                }
            }
        }
    }
    let forms = Forms {
        details: None,
        upload: Some(form),
    };
    detail(
        &request,
        &state,
        &seller,
        *id,
        forms,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}
