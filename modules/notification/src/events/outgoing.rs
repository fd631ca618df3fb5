//! Keeps the messages of events, each event's once.

use std::collections::BTreeSet;

use async_trait::async_trait;
use feira_kernel::{
    Env, Time,
    batch::{Batch, Results, Work},
    db, first_uuid, values,
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use time::{Duration, PrimitiveDateTime, UtcOffset};
use uuid::Uuid;

use crate::{
    MessageStatus, NotificationError,
    allowance::Had,
    mail::{Draft, Kind},
    settings::DailyBounds,
};

/// Why a message was not sent.
const TOO_MANY: &str = "its address has had its messages of a day";

/// In front of the tables: the messages of several events are written together.
pub(super) struct MessageWriter(Batch<WriteMessages>);

struct WriteMessages {
    env: Env,
    daily: DailyBounds,
    turn: tokio::sync::Mutex<()>,
}

/// What an address has had of a kind.
#[derive(FromQueryResult)]
struct OfDay {
    address: String,
    kind: String,
    messages: i64,
}

#[derive(FromQueryResult)]
struct Written {
    id: Uuid,
}

/// What an event made.
#[derive(Clone)]
struct EventMessages {
    consumer: &'static str,
    event: Uuid,
    drafts: Vec<Draft>,
}

impl MessageWriter {
    pub(super) fn new(env: &Env, daily: DailyBounds) -> Self {
        let work = WriteMessages {
            env: env.clone(),
            daily,
            turn: tokio::sync::Mutex::default(),
        };
        Self(Batch::new(env.pool.clone(), work))
    }

    /// Writes the inbox row and the messages. It need not wait for the disk: an event whose effect
    /// is lost was not marked as delivered either, because that mark is later.
    pub(super) async fn keep(
        &self,
        consumer: &'static str,
        event: Uuid,
        drafts: Vec<Draft>,
    ) -> Result<(), NotificationError> {
        let made = EventMessages {
            consumer,
            event,
            drafts,
        };
        self.0.submit(made).await
    }
}

#[async_trait]
impl Work for WriteMessages {
    const NAME: &'static str = "write_messages";
    type Item = EventMessages;
    type Key = Uuid;
    type Done = ();
    type Error = NotificationError;

    fn key(made: &EventMessages) -> Uuid {
        made.event
    }

    async fn run(&self, all: Vec<EventMessages>) -> Results<(), NotificationError> {
        let count = all.len();
        let addresses = bounded(&all);
        // What one batch writes is counted by the next.
        let _turn = match addresses.is_empty() {
            true => None,
            false => Some(self.turn.lock().await),
        };
        let mut had = self.had(addresses).await?;
        let mut c = Columns::default();
        let mut refused = Vec::new();
        for made in all {
            c.consumers.push(made.consumer.to_owned());
            c.heard.push(made.event);
            for draft in made.drafts {
                let kind = draft.params.kind();
                let admitted = had.admits(&draft.to.email, kind);
                let id = self.env.uuid();
                if !admitted {
                    refused.push((id, kind));
                }
                c.push(id, (made.consumer, made.event), draft, admitted)?;
            }
        }
        let written: Vec<Written> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/write_messages.sql"),
            values![
                c.consumers,
                c.heard,
                self.env.now(),
                c.ids,
                c.listeners,
                c.events,
                c.kinds,
                c.params,
                c.locales,
                c.users,
                c.recipients,
                c.names,
                c.subjects,
                c.dedupe_keys,
                c.statuses,
                c.errors
            ],
        )
        .await?;
        // An event that came again has written nothing.
        let new = |(id, _): &(Uuid, Kind)| written.iter().any(|row| row.id == *id);
        refused.into_iter().filter(new).for_each(tell_refused);
        Ok((0..count).map(|_| Ok(())).collect())
    }
}

impl WriteMessages {
    /// What addresses have had within a day.
    async fn had(&self, addresses: BTreeSet<String>) -> Result<Had, NotificationError> {
        let mut had = Had::new(self.daily);
        if addresses.is_empty() {
            return Ok(had);
        }
        let since = first_uuid(self.env.now() - Duration::DAY);
        let rows: Vec<OfDay> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/messages_of_a_day.sql"),
            values![Vec::from_iter(addresses), since],
        )
        .await?;
        for row in rows {
            // A kind that only a later release knows counts there.
            if let Some(kind) = Kind::parse(&row.kind) {
                let messages = u32::try_from(row.messages).unwrap_or(u32::MAX);
                had.add(&row.address, kind, messages);
            }
        }
        Ok(had)
    }
}

/// Where messages go of which there is a bound.
fn bounded(all: &[EventMessages]) -> BTreeSet<String> {
    let drafts = all.iter().flat_map(|made| &made.drafts);
    let bounded = drafts.filter(|draft| draft.params.kind().allowance().is_some());
    bounded.map(|draft| draft.to.email.to_lowercase()).collect()
}

/// Says that a message is kept and not sent, and never to whom.
fn tell_refused((id, kind): (Uuid, Kind)) {
    let kind = kind.as_str();
    tracing::warn!(%id, kind, "its address has had its messages of a day: it is not sent");
    metrics::counter!("feira_messages_refused_total", "kind" => kind).increment(1);
}

/// Events, and their messages as they are written, column by column.
#[derive(Default)]
struct Columns {
    consumers: Vec<String>,
    heard: Vec<Uuid>,
    ids: Vec<Uuid>,
    listeners: Vec<String>,
    events: Vec<Uuid>,
    kinds: Vec<String>,
    params: Vec<Value>,
    locales: Vec<String>,
    /// Empty for somebody without an account.
    users: Vec<String>,
    recipients: Vec<String>,
    names: Vec<String>,
    subjects: Vec<String>,
    dedupe_keys: Vec<String>,
    statuses: Vec<String>,
    /// Empty for what is to be sent.
    errors: Vec<String>,
}

impl Columns {
    fn push(
        &mut self,
        id: Uuid,
        (consumer, event): (&str, Uuid),
        draft: Draft,
        admitted: bool,
    ) -> Result<(), NotificationError> {
        let (status, error) = match admitted {
            true => (MessageStatus::Pending, ""),
            false => (MessageStatus::Failed, TOO_MANY),
        };
        self.statuses.push(status.as_str().to_owned());
        self.errors.push(error.to_owned());
        self.ids.push(id);
        self.listeners.push(consumer.to_owned());
        self.events.push(event);
        self.kinds.push(draft.params.kind().as_str().to_owned());
        self.params.push(draft.params.to_json()?);
        self.locales.push(draft.to.locale.as_str().to_owned());
        let user = draft.to.user.map(|user| user.to_string());
        self.users.push(user.unwrap_or_default());
        self.dedupe_keys.push(draft.dedupe_key());
        self.recipients.push(draft.to.email);
        self.names.push(draft.to.name);
        self.subjects.push(draft.subject);
        Ok(())
    }
}

/// The moment as it is told somewhere: only PostgreSQL knows time zones.
pub(super) async fn local_time(env: &Env, at: Time, zone: &str) -> Result<Time, NotificationError> {
    let shown: Option<PrimitiveDateTime> = db::scalar(
        env.pool.read(),
        include_str!("../sql/local_time.sql"),
        values![at, zone],
    )
    .await?;
    let ahead = shown.map_or(0, |shown| (shown.assume_utc() - at).whole_milliseconds());
    // The database keeps no nanoseconds.
    let seconds = i32::try_from((ahead + 500).div_euclid(1_000));
    let offset = seconds.map(UtcOffset::from_whole_seconds);
    Ok(match offset {
        Ok(Ok(offset)) => at.to_offset(offset),
        _ => at,
    })
}
