//! Keeps the messages of one event, once.

use feira_kernel::{Env, Time, db, values};
use time::Date;
use uuid::Uuid;

use crate::{NotificationError, mail::Mail};

/// Messages as they are written, column by column.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    locales: Vec<String>,
    /// Empty for somebody without an account.
    users: Vec<String>,
    recipients: Vec<String>,
    names: Vec<String>,
    subjects: Vec<String>,
    texts: Vec<String>,
    htmls: Vec<String>,
    dedupe_keys: Vec<String>,
    message_ids: Vec<String>,
}

/// Writes the inbox row and the messages in one statement. It need not wait for the disk: an
/// event whose effect is lost was not marked as delivered either, because that mark is later.
pub(super) async fn keep(
    env: &Env,
    host: &str,
    consumer: &'static str,
    event: Uuid,
    mails: Vec<Mail>,
) -> Result<(), NotificationError> {
    let mut c = Columns::default();
    for mail in mails {
        c.push(env.uuid(), host, mail);
    }
    db::exec(
        env.pool.relaxed(),
        include_str!("../sql/write_messages.sql"),
        values![
            consumer,
            event,
            env.now(),
            c.ids,
            c.kinds,
            c.locales,
            c.users,
            c.recipients,
            c.names,
            c.subjects,
            c.texts,
            c.htmls,
            c.dedupe_keys,
            c.message_ids
        ],
    )
    .await?;
    Ok(())
}

impl Columns {
    fn push(&mut self, id: Uuid, host: &str, mail: Mail) {
        self.ids.push(id);
        self.kinds.push(mail.kind.as_str().to_owned());
        self.locales.push(mail.to.locale.tag().to_owned());
        let user = mail.to.user.map(|user| user.to_string());
        self.users.push(user.unwrap_or_default());
        self.dedupe_keys.push(mail.dedupe_key());
        self.recipients.push(mail.to.email);
        self.names.push(mail.to.name);
        self.subjects.push(mail.subject);
        self.texts.push(mail.text);
        self.htmls.push(mail.html);
        self.message_ids.push(format!("<{id}@{host}>"));
    }
}

/// The day that it is somewhere: only PostgreSQL knows time zones.
pub(super) async fn local_day(env: &Env, at: Time, zone: &str) -> Result<Date, NotificationError> {
    let day: Option<Date> = db::scalar(
        env.pool.reads(),
        include_str!("../sql/local_day.sql"),
        values![at, zone],
    )
    .await?;
    Ok(day.unwrap_or(at.date()))
}
