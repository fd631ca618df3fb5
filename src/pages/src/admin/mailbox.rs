use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_notification::{
    Message, MessageFilter, MessageId, MessageStatus, MessageSummary, NotificationError,
};
use feira_web::{
    auth::{AdminPage, CsrfForm},
    state::AppState,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::page::{Answer, Choice, Fields, Flash, Lang, Page, done, query, respond_ok};

#[derive(Template)]
#[template(path = "admin/mailbox.html")]
pub(super) struct MailboxPage {
    pub(super) p: Page,
    pub(super) recipient: String,
    pub(super) status: String,
    pub(super) statuses: Vec<Choice>,
    pub(super) messages: Vec<MessageSummary>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/message.html")]
pub(super) struct MessagePage {
    pub(super) p: Page,
    pub(super) message: Message,
    pub(super) can_resend: bool,
    pub(super) resend_action: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    recipient: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

const LIST: &str = "/admin/mailbox";

/// A mail's HTML may have inline styles and pictures of its own; nothing of it runs, loads or
/// submits anything, and only our page may frame it.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

/// GET /admin/mailbox?recipient=&status=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = wanted.into_inner();
    let recipient = wanted.recipient.unwrap_or_default().trim().to_owned();
    let status = wanted.status.unwrap_or_default();
    let filter = MessageFilter {
        status: match status.as_str() {
            "pending" => Some(MessageStatus::Pending),
            "sent" => Some(MessageStatus::Sent),
            "failed" => Some(MessageStatus::Failed),
            _ => None,
        },
        recipient: Some(recipient.clone()).filter(|r| !r.is_empty()),
    };
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = state
        .notifications
        .messages(&admin.actor, filter, part)
        .await?;
    let p = Page::admin(&request, &state, &admin, "mailbox").await;
    let p = p.titled(Lang::of(&admin.user.locale).text("mailbox-title"));
    let here = |cursor: &str| {
        query(
            LIST,
            &[
                ("recipient", &recipient),
                ("status", &status),
                ("cursor", cursor),
            ],
        )
    };
    let page = MailboxPage {
        statuses: statuses(&p),
        messages: found.items,
        first: later.then(|| here("")),
        next: found.next_cursor.map(|cursor| here(&cursor.0)),
        recipient,
        status,
        p,
    };
    respond_ok(&request, &page)
}

pub(super) fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(
        ["pending", "sent", "failed"].map(|status| Choice::new(status, p.word("message", status))),
    );
    choices
}

/// GET /admin/mailbox/{id}
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
) -> Answer {
    let message = state
        .notifications
        .message(&admin.actor, MessageId(*id))
        .await?;
    let p = Page::admin(&request, &state, &admin, "mailbox").await;
    respond_ok(&request, &view(p, message))
}

pub(super) fn view(p: Page, message: Message) -> MessagePage {
    MessagePage {
        p: p.below(LIST, "mailbox-title")
            .titled(message.summary.subject.clone()),
        can_resend: message.summary.status == MessageStatus::Failed,
        resend_action: format!("{LIST}/{}/resend", message.summary.id),
        message,
    }
}

/// GET /admin/mailbox/{id}/html: the mail itself, for the sandboxed frame.
pub(crate) async fn html(state: Data<AppState>, admin: AdminPage, id: Path<Uuid>) -> Answer {
    let message = state
        .notifications
        .message(&admin.actor, MessageId(*id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(message.html))
}

/// POST /admin/mailbox/{id}/resend
pub(crate) async fn resend(
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let flash = match state
        .notifications
        .resend(&admin.actor, MessageId(*id))
        .await
    {
        Ok(_) => Flash::good("mail-resent"),
        Err(NotificationError::AlreadySent) => Flash::bad("mail-already-sent"),
        Err(error) => return Err(error.into()),
    };
    Ok(done(&state, &format!("{LIST}/{id}"), &flash))
}
