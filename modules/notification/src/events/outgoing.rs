//! Keeps the messages of one event, once.

use feira_kernel::{Env, Time, db, values};
use serde::Serialize;
use time::Date;
use uuid::Uuid;

use crate::{NotificationError, mail::Mail};

/// A message as it is written.
#[derive(Serialize)]
struct Row {
    id: Uuid,
    kind: &'static str,
    locale: &'static str,
    user_id: Option<Uuid>,
    recipient: String,
    recipient_name: String,
    subject: String,
    body_text: String,
    body_html: String,
    dedupe_key: String,
    message_id: String,
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
    let rows: Vec<Row> = mails.into_iter().map(|mail| row(env, host, mail)).collect();
    let rows =
        serde_json::to_value(&rows).map_err(|e| NotificationError::Internal(e.to_string()))?;
    let now = env.now();
    db::exec(
        env.pool.relaxed(),
        "WITH first AS (INSERT INTO inbox (consumer, event_id) VALUES ($4, $2) \
                        ON CONFLICT DO NOTHING RETURNING true) \
         INSERT INTO notifications (id, kind, locale, user_id, recipient, recipient_name, subject, \
                body_text, body_html, dedupe_key, message_id, event_id, next_attempt_at, created_at, updated_at) \
         SELECT id, kind, locale, user_id, recipient, recipient_name, subject, \
                body_text, body_html, dedupe_key, message_id, $2, $3, $3, $3 \
         FROM jsonb_to_recordset($1) AS m (id uuid, kind text, locale text, user_id uuid, recipient text, \
                recipient_name text, subject text, body_text text, body_html text, dedupe_key text, message_id text) \
         WHERE EXISTS (SELECT 1 FROM first) \
         ORDER BY dedupe_key \
         ON CONFLICT (dedupe_key) DO NOTHING",
        values![rows, event, now, consumer],
    )
    .await?;
    Ok(())
}

fn row(env: &Env, host: &str, mail: Mail) -> Row {
    let id = env.uuid();
    Row {
        id,
        kind: mail.kind.as_str(),
        locale: mail.to.locale.tag(),
        user_id: mail.to.user.map(|user| user.0),
        dedupe_key: mail.dedupe_key(),
        recipient: mail.to.email,
        recipient_name: mail.to.name,
        subject: mail.subject,
        body_text: mail.text,
        body_html: mail.html,
        message_id: format!("<{id}@{host}>"),
    }
}

/// The day that it is somewhere: only PostgreSQL knows time zones.
pub(super) async fn local_day(env: &Env, at: Time, zone: &str) -> Result<Date, NotificationError> {
    let day: Option<Date> = db::scalar(
        env.pool.reads(),
        "SELECT ($1 AT TIME ZONE $2)::date",
        values![at, zone],
    )
    .await?;
    Ok(day.unwrap_or(at.date()))
}
