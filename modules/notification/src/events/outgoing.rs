//! Keeps the messages of events, each event's once.

use async_trait::async_trait;
use feira_kernel::{
    Env, Time,
    batch::{Batch, Results, Work},
    db, values,
};
use serde_json::Value;
use time::{PrimitiveDateTime, UtcOffset};
use uuid::Uuid;

use crate::{NotificationError, mail::Draft};

/// In front of the tables: the messages of several events are written together.
pub(super) struct MessageWriter(Batch<WriteMessages>);

struct WriteMessages {
    env: Env,
}

/// What an event made.
#[derive(Clone)]
struct EventMessages {
    consumer: &'static str,
    event: Uuid,
    drafts: Vec<Draft>,
}

impl MessageWriter {
    pub(super) fn new(env: &Env) -> Self {
        let env = env.clone();
        Self(Batch::new(env.pool.clone(), WriteMessages { env }))
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
    type Item = EventMessages;
    type Key = Uuid;
    type Done = ();
    type Error = NotificationError;

    fn key(made: &EventMessages) -> Uuid {
        made.event
    }

    async fn run(&self, all: Vec<EventMessages>) -> Results<(), NotificationError> {
        let count = all.len();
        let mut c = Columns::default();
        for made in all {
            c.consumers.push(made.consumer.to_owned());
            c.heard.push(made.event);
            for draft in made.drafts {
                c.push(self.env.uuid(), (made.consumer, made.event), draft)?;
            }
        }
        db::exec(
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
                c.dedupe_keys
            ],
        )
        .await?;
        Ok((0..count).map(|_| Ok(())).collect())
    }
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
}

impl Columns {
    fn push(
        &mut self,
        id: Uuid,
        (consumer, event): (&str, Uuid),
        draft: Draft,
    ) -> Result<(), NotificationError> {
        self.ids.push(id);
        self.listeners.push(consumer.to_owned());
        self.events.push(event);
        self.kinds.push(draft.params.kind().as_str().to_owned());
        self.params.push(draft.params.to_json()?);
        self.locales.push(draft.to.locale.tag().to_owned());
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
