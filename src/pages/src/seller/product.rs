use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::{
    http::StatusCode,
    web::{Path, get, post},
};
use askama::Template;
use feira_catalog::{
    CatalogError, Category, Image, ImageId, ImageUpload, Product, ProductChange, ProductId,
    ProductKey,
};
use feira_web::{
    auth::{self, CsrfForm},
    error::PageError,
};
use uuid::Uuid;

use super::{
    caller::SellerPage,
    product_form::{self, Selects},
    products,
};
use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, id},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/products/{id}",
    place: Place::Below("products"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/products/{id}", || post().to(save)),
        Action::blank("/seller/products/{id}/images", || post().to(add_image)),
        Action::at("/seller/products/{id}/images/{image}/{change}", || {
            post().to(change_image)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/product.html")]
struct ProductPage {
    p: Page,
    product: Product,
    form: Form,
    upload: Form,
    selects: Selects,
    add_variant: String,
}

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
struct Upload {
    csrf: Text<String>,
    image: Bytes,
    alt_text: Option<Text<String>>,
}

/// A refused form to show again, by the form's name.
enum Sent {
    Nothing,
    Details(Form),
    Image(Form),
}

fn address(id: Uuid) -> String {
    format!("{}/{id}", products::PAGE.path)
}

/// GET /seller/products/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    detail(&seller, *id, Sent::Nothing).await
}

async fn detail(seller: &SellerPage, id: Uuid, sent: Sent) -> Answer {
    let catalog = &seller.state.catalog;
    let key = ProductKey::Id(ProductId(id));
    let product = catalog.product(&seller.actor, key).await?;
    let categories = catalog.categories(&seller.actor).await?;
    let p = seller.frame(&PAGE).await;
    let status = match &sent {
        Sent::Nothing => StatusCode::OK,
        Sent::Details(form) | Sent::Image(form) => form.status(),
    };
    let page = view(p, product, &categories, sent);
    respond(&seller.request, status, &page)
}

fn view(p: Page, product: Product, categories: &[Category], sent: Sent) -> ProductPage {
    let p = p.below(products::PAGE.path, "products-title");
    let p = p.titled(product.name.clone());
    let now = Form::editing(product.version, product_form::fields_of(&product));
    let (form, upload) = match sent {
        Sent::Nothing => (now, Form::default()),
        Sent::Details(typed) => (typed.beside(p.lang, now), Form::default()),
        Sent::Image(typed) => (now, typed),
    };
    ProductPage {
        selects: Selects::new(&p, categories),
        form,
        upload: upload.prefixed("image-"),
        add_variant: format!("{}/variants/new", address(product.id.0)),
        product,
        p,
    }
}

/// POST /seller/products/{id}
async fn save(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let expected_version = form.version(seller.lang);
    if form.value("name").is_empty() {
        form.refuse("name", seller.lang.text("field-required"));
    }
    let change = ProductChange {
        expected_version,
        ..product_form::change(&form)
    };
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        seller.lang,
        form,
        catalog.update_product(&seller.actor, ProductId(*id), change),
        |_| (address(*id), Flash::good("saved")),
        async |mut form| {
            form.rename("category_id", "category");
            detail(&seller, *id, Sent::Details(form)).await
        },
    )
    .await
}

/// POST /seller/products/{id}/images
async fn add_image(
    seller: SellerPage,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let Ok(MultipartForm(upload)) = upload else {
        let mut form = Form::default();
        form.refuse("image", seller.lang.text("images-unreadable"));
        return detail(&seller, *id, Sent::Image(form)).await;
    };
    auth::check_csrf(&seller.request, &upload.csrf)?;
    let alt_text = upload.alt_text.map(|text| text.trim().to_owned());
    let alt_text = alt_text.unwrap_or_default();
    let image = ImageUpload {
        bytes: upload.image.data.into(),
        alt_text: alt_text.clone(),
    };
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        seller.lang,
        Form::new(Fields::default().with("alt_text", alt_text)),
        catalog.add_image(&seller.actor, ProductId(*id), image, None),
        |_| (address(*id), Flash::good("images-added")),
        async |mut form| {
            form.blame("image");
            detail(&seller, *id, Sent::Image(form)).await
        },
    )
    .await
}

/// POST /seller/products/{id}/images/{image}/{change}: one place earlier, or gone.
async fn change_image(
    seller: SellerPage,
    path: Path<(Uuid, Uuid, String)>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let (id, image, change) = path.into_inner();
    let flash = match change.as_str() {
        "earlier" => "images-ordered",
        "remove" => "images-removed",
        _ => return Err(PageError::not_found()),
    };
    let (catalog, actor) = (&seller.state.catalog, &seller.actor);
    let (product, image) = (ProductId(id), ImageId(image));
    let changed = async {
        if change == "remove" {
            return catalog.remove_image(actor, product, image, None).await;
        }
        let shown = catalog.product(actor, ProductKey::Id(product)).await?;
        let (order, seen) = (earlier(&shown.images, image), shown.version.into());
        let ordered = catalog.order_images(actor, product, order, Some(seen));
        ordered.await
    };
    press(
        &seller.state,
        &address(id),
        changed,
        |_| Flash::good(flash),
        |error| {
            let late = matches!(
                error,
                CatalogError::VersionMismatch | CatalogError::Invalid(_)
            );
            late.then(|| Flash::bad("images-moved-on"))
        },
    )
    .await
}

/// The order of images with this one moved one place to the front.
fn earlier(images: &[Image], image: ImageId) -> Vec<ImageId> {
    let mut order: Vec<ImageId> = images.iter().map(|image| image.id).collect();
    let place = order.iter().position(|id| *id == image);
    if let Some(place @ 1..) = place {
        order.swap(place - 1, place);
    }
    order
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut product = samples::product();
    let image = samples::image;
    product.images = (1..4)
        .map(|n| Image {
            id: ImageId(id(n)),
            alt_text: "Caneca vista de lado".to_owned(),
            position: 0,
            small: image(),
            medium: image(),
            large: image(),
        })
        .collect();
    let mut upload = Form::default();
    upload.refuse("image", lang.text("images-unreadable"));
    let categories = samples::categories();
    let page = view(
        frame(lang, &PAGE),
        product,
        &categories,
        Sent::Image(upload),
    );
    vec![("product", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_moves_before_the_one_before_it() {
        let image = |n| Image {
            id: ImageId(id(n)),
            alt_text: String::new(),
            position: 0,
            small: samples::image(),
            medium: samples::image(),
            large: samples::image(),
        };
        let images = [1, 2, 3].map(image);
        for (moved, order) in [
            (1, [1, 2, 3]),
            (2, [2, 1, 3]),
            (3, [1, 3, 2]),
            (9, [1, 2, 3]),
        ] {
            let found = earlier(&images, ImageId(id(moved)));
            assert_eq!(found, order.map(|n| ImageId(id(n))), "{moved}");
        }
    }
}
