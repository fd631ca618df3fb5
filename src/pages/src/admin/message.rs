use actix_web::{
    HttpResponse,
    http::header,
    web::{Path, get, post},
};
use askama::Template;
use feira_notification::{Message, MessageId, MessageStatus, NotificationError};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, mailbox};
use crate::page::{Action, Answer, Fields, Flash, Page, Place, Registered, press, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/mailbox/{id}",
    place: Place::Below("mailbox"),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/mailbox/{id}/html", || get().to(html)),
        Action::at("/admin/mailbox/{id}/resend", || post().to(resend)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/message.html")]
struct MessagePage {
    p: Page,
    message: Message,
    height: usize,
    can_resend: bool,
    resend_action: String,
}

/// The policy for a mail's HTML: inline styles and inline pictures only, no scripts, no requests, no
/// forms, framed by our pages only.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", mailbox::PAGE.path)
}

/// GET /admin/mailbox/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    let notifications = &admin.state.notifications;
    let message = notifications.message(&admin.actor, MessageId(*id)).await?;
    let p = admin.frame(&PAGE).await;
    respond_ok(&admin.request, &view(p, message))
}

fn view(p: Page, message: Message) -> MessagePage {
    MessagePage {
        p: p.below(mailbox::PAGE.path, "mailbox-title")
            .titled(message.summary.subject.clone()),
        height: height(&message.text),
        can_resend: matches!(
            message.summary.status,
            MessageStatus::Failed | MessageStatus::Written
        ),
        resend_action: format!("{}/resend", address(message.summary.id)),
        message,
    }
}

/// The height of the mail on a phone in pixels, estimated from its text: a sandboxed frame does not
/// report its own.
fn height(text: &str) -> usize {
    let lines = text.trim_end().lines();
    let lines = lines.map(|line| line.chars().count().div_ceil(34).max(1));
    240 + 27 * lines.sum::<usize>()
}

/// GET /admin/mailbox/{id}/html: the mail itself, for the sandboxed frame.
async fn html(admin: AdminPage, id: Path<Uuid>) -> Answer {
    let notifications = &admin.state.notifications;
    let message = notifications.message(&admin.actor, MessageId(*id)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, MAIL_POLICY))
        .body(message.html))
}

/// POST /admin/mailbox/{id}/resend
async fn resend(admin: AdminPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let notifications = &admin.state.notifications;
    press(
        &admin.state,
        &address(*id),
        notifications.resend(&admin.actor, MessageId(*id)),
        |_| Flash::good("mail-resent"),
        |error| {
            let late = matches!(error, NotificationError::AlreadySent);
            late.then(|| Flash::bad("mail-already-sent"))
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let message = Message {
        summary: samples::message(2, MessageStatus::Failed),
        message_id: "<1@feira.example>".to_owned(),
        text: "Olá João,\n\nseu pedido foi confirmado.".to_owned(),
        html: "<p>Olá</p><script>alert(1)</script>".to_owned(),
        last_error: Some("connection refused".to_owned()),
    };
    let page = view(frame(lang, &PAGE), message);
    vec![("message", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_shown_in_a_frame_that_runs_nothing() {
        let (_, html) = samples(Lang::En).remove(0);
        assert!(html.contains("sandbox=\"\""));
        assert!(
            !html.contains("alert(1)"),
            "the mail's HTML is no part of our page"
        );
        assert!(html.contains("height=\"321\""), "of three lines");
    }

    #[test]
    fn a_frame_is_as_high_as_its_mail() {
        // Measured in a frame of 322 px, with lines that wrap.
        for (lines, wide, measured) in [(9, 2, 543), (19, 6, 985), (22, 10, 1324)] {
            let text = "x\n".repeat(lines) + &format!("{}\n", "x".repeat(60)).repeat(wide);
            let height = height(&text);
            assert!((measured..measured + 120).contains(&height), "{height}");
        }
        assert_eq!(height(""), 240);
    }
}
