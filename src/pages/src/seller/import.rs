//! The import of a product file, and its report.

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::{
    HttpResponse,
    http::header,
    web::{Query, get, post},
};
use askama::Template;
use feira_catalog::{
    CatalogError, ImportFormat, ImportId, ImportNote, ImportNotes, ImportReport, ImportRequest,
};
use feira_web::{auth, idempotent::of_upload};
use uuid::Uuid;

use super::{caller::SellerPage, products};
use crate::page::{
    Action, Answer, Fields, Form, Lang, ListView, Page, Place, Registered, Wanted, act_and, query,
    refuse_file, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::samples::{self, id},
};

pub(super) const PAGE: Registered = Registered {
    path: products::IMPORT,
    place: Place::Below("products"),
    show: || get().to(show),
    actions: &[Action::blank(products::IMPORT, || post().to(import))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/import.html")]
struct ImportPage {
    p: Page,
    form: Form,
    report: Option<Report>,
    /// The address of an import's notes.
    told: Option<Told>,
}

struct Report {
    dry_run: bool,
    created: u32,
    updated: u32,
    refused: u32,
    kinds: Vec<Kind>,
}

/// All notes of one kind.
struct Kind {
    text: String,
    tone: &'static str,
    count: u32,
    first: Vec<ImportNote>,
    /// The address of the whole list, if there are more.
    all: Option<String>,
}

struct Told {
    rows: Vec<Row>,
    list: ListView,
}

struct Row {
    text: String,
    tone: &'static str,
    note: ImportNote,
}

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
struct Upload {
    csrf: Text<String>,
    key: Option<Text<String>>,
    file: Bytes,
    /// Set by the button for a dry run.
    dry_run: Option<Text<String>>,
}

/// GET /seller/products/import?import=&code=&cursor=: an import, or all its notes of one kind.
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let wanted = wanted.into_inner();
    let id = wanted.optional("import");
    let Some(id) = id.and_then(|id| id.parse::<Uuid>().ok()) else {
        return detail(&seller, blank(&seller), None, None).await;
    };
    let catalog = &seller.state.catalog;
    let Some(code) = wanted.optional("code") else {
        let report = catalog.import_report(&seller.actor, ImportId(id)).await?;
        let report = Report::of(seller.lang, report);
        return detail(&seller, blank(&seller), Some(report), None).await;
    };
    let of_kind = Some(code.clone());
    let found = catalog.import_notes(&seller.actor, ImportId(id), of_kind, wanted.part());
    let found = found.await?;
    let list = ListView::new(PAGE.path, wanted, found.next_cursor)
        .keep("import", &id.to_string())
        .keep("code", &code);
    let rows = found.items.into_iter();
    let rows = rows.map(|note| Row::of(seller.lang, note)).collect();
    let told = Told { rows, list };
    detail(&seller, blank(&seller), None, Some(told)).await
}

/// The idempotency key: a form sent twice is one import.
fn blank(seller: &SellerPage) -> Form {
    let key = Uuid::from_bytes(seller.state.entropy.bytes());
    Form::new(Fields::default().with("key", key.to_string()))
}

async fn detail(
    seller: &SellerPage,
    form: Form,
    report: Option<Report>,
    told: Option<Told>,
) -> Answer {
    let status = form.status();
    let p = seller.frame(&PAGE).await;
    respond(&seller.request, status, &view(p, form, report, told))
}

fn view(p: Page, form: Form, report: Option<Report>, told: Option<Told>) -> ImportPage {
    let p = p.below(products::PAGE.path, "products-title");
    ImportPage {
        p: p.called("import-title"),
        form,
        report,
        told,
    }
}

/// POST /seller/products/import
async fn import(
    seller: SellerPage,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let mut form = blank(&seller);
    let Ok(MultipartForm(upload)) = upload else {
        form.refuse("file", seller.lang.text("images-unreadable"));
        return detail(&seller, form, None, None).await;
    };
    auth::check_csrf(&seller.request, &upload.csrf)?;
    let request = ImportRequest {
        format: ImportFormat::Shopify,
        dry_run: upload.dry_run.is_some(),
        file: upload.file.data.into(),
    };
    // A dry run changes nothing and does not use the key up.
    let key = upload.key.filter(|_| !request.dry_run);
    let key = key.and_then(|key| of_upload(&seller.request, &key, &request.file));
    let imported = seller.state.catalog.import(&seller.actor, request, key);
    act_and(
        form,
        imported,
        |form, error| {
            let detail = match &error {
                CatalogError::BadImport(why) => Some(why.clone()),
                _ => None,
            };
            refuse_file(form, seller.lang, error, detail)
        },
        async |report: ImportReport, _| {
            let id = report.id.to_string();
            let to = query(PAGE.path, &[("import", id.as_str())]);
            Ok(HttpResponse::SeeOther()
                .insert_header((header::LOCATION, to))
                .finish())
        },
        async |form| detail(&seller, form, None, None).await,
    )
    .await
}

impl Report {
    fn of(lang: Lang, report: ImportReport) -> Self {
        let kinds = report.notes.into_iter();
        Self {
            dry_run: report.dry_run,
            created: report.products_created,
            updated: report.products_updated,
            refused: report.refused,
            kinds: kinds.map(|kind| Kind::of(lang, report.id, kind)).collect(),
        }
    }
}

impl Kind {
    fn of(lang: Lang, id: ImportId, kind: ImportNotes) -> Self {
        let more = usize::try_from(kind.count).unwrap_or(usize::MAX) > kind.first.len();
        let id = id.to_string();
        let there = [("import", id.as_str()), ("code", kind.code.as_str())];
        Self {
            text: said(lang, &kind.code),
            tone: tone(kind.refused),
            count: kind.count,
            all: more.then(|| query(PAGE.path, &there)),
            first: kind.first,
        }
    }
}

impl Row {
    fn of(lang: Lang, note: ImportNote) -> Self {
        Self {
            text: said(lang, &note.code),
            tone: tone(note.refused),
            note,
        }
    }
}

/// The text of a code, with the bounds in the note.
fn said(lang: Lang, code: &str) -> String {
    let text = lang.error(code, (None, None));
    let text = text.filter(|text| !text.contains('{'));
    text.unwrap_or_else(|| code.to_owned())
}

fn tone(refused: bool) -> &'static str {
    if refused { "bad" } else { "info" }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let note = |line, refused| ImportNote {
        line,
        column: (line > 2).then(|| "Variant Price".to_owned()),
        refused,
        code: "catalog.bad_price".to_owned(),
        detail: "\"<b>\": the amount is not a decimal number such as 19.90".to_owned(),
    };
    let kind = |refused, count| ImportNotes {
        code: "catalog.bad_price".to_owned(),
        refused,
        count,
        first: vec![note(2, refused), note(7, refused)],
    };
    let report = ImportReport {
        id: ImportId(id(1)),
        dry_run: true,
        products_created: 1,
        products_updated: 12,
        variants: 20,
        refused: 73,
        notes: vec![kind(true, 73), kind(false, 2)],
    };
    let mut refused = Form::default();
    refused.refuse("file", lang.text("images-unreadable"));
    let told = |rows| Told {
        rows,
        list: ListView::new(PAGE.path, Wanted::default(), None),
    };
    let report = Report::of(lang, report);
    let rows = vec![Row::of(lang, note(2, true)), Row::of(lang, note(3, false))];
    let shown = |form, report, told| samples::shown(&view(frame(lang, &PAGE), form, report, told));
    vec![
        ("import", shown(Form::default(), None, None)),
        ("import_refused", shown(refused, None, None)),
        ("import_report", shown(Form::default(), Some(report), None)),
        (
            "import_notes",
            shown(Form::default(), None, Some(told(rows))),
        ),
    ]
}
