use actix_web::web::{Query, get};
use askama::Template;
use feira_notification::{MessageFilter, MessageStatus, MessageSummary, SEE_MESSAGES};

use super::caller::AdminPage;
use crate::page::{Answer, Choice, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/mailbox",
    place: Place::Section("mailbox", &[SEE_MESSAGES]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/mailbox.html")]
struct MailboxPage {
    p: Page,
    messages: Vec<MessageSummary>,
    list: ListView,
}

/// GET /admin/mailbox?recipient=&status=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let filter = MessageFilter {
        status: match wanted.get("status") {
            "pending" => Some(MessageStatus::Pending),
            "sent" => Some(MessageStatus::Sent),
            "written" => Some(MessageStatus::Written),
            "failed" => Some(MessageStatus::Failed),
            _ => None,
        },
        recipient: wanted.optional("recipient"),
    };
    let notifications = &admin.state.notifications;
    let found = notifications
        .messages(&admin.actor, filter, wanted.part())
        .await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, messages: Vec<MessageSummary>, list: ListView) -> MailboxPage {
    MailboxPage {
        list: list
            .search("recipient", p.t("mail-recipient"))
            .select("status", p.t("mail-status"), statuses(&p))
            .none(&messages, p.t("mail-empty")),
        messages,
        p: p.called("mailbox-title"),
    }
}

fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(
        ["pending", "sent", "written", "failed"]
            .map(|status| Choice::new(status, p.word("message", status))),
    );
    choices
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let messages = vec![
        samples::message(1, MessageStatus::Sent),
        samples::message(2, MessageStatus::Failed),
        samples::message(3, MessageStatus::Written),
    ];
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(frame(lang, &PAGE), messages, list);
    vec![("mailbox", samples::shown(&page))]
}
