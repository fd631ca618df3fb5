//! Who did what, of every module and wherever it runs: their logs merged, newest first.

use std::{cmp::Reverse, sync::Arc};

use feira_kernel::{
    Actor, Cursor, PageRequest, Runtime,
    audit::{AuditError, AuditFilter, AuditLog, Entry, LocalAuditLog},
};
use futures::future::join_all;

/// The logs by module: those of this process, then those of others.
#[derive(Clone)]
pub struct Audits(Vec<LogSource>);

#[derive(Clone)]
struct LogSource {
    module: &'static str,
    /// In this process.
    here: bool,
    log: Arc<dyn AuditLog>,
}

/// A part of the merged logs.
#[derive(Debug)]
pub struct Merged {
    /// Each with the module that wrote it.
    pub entries: Vec<(&'static str, Entry)>,
    pub next: Option<Cursor>,
    /// The modules that did not answer: what they wrote is not among the entries.
    pub away: Vec<&'static str>,
}

impl Audits {
    pub fn new(runtimes: &[Runtime], remote: &[(&'static str, Arc<dyn AuditLog>)]) -> Self {
        let here = runtimes.iter().map(|runtime| LogSource {
            module: runtime.name,
            here: true,
            log: Arc::new(LocalAuditLog::new(runtime.env.clone())),
        });
        let elsewhere = remote.iter().map(|(module, log)| LogSource {
            module,
            here: false,
            log: log.clone(),
        });
        Self(here.chain(elsewhere).collect())
    }

    pub fn modules(&self) -> Vec<&'static str> {
        self.0.iter().map(|place| place.module).collect()
    }

    /// That of a module of this process, to be served to others.
    pub fn here(&self, module: &str) -> Option<Arc<dyn AuditLog>> {
        let mut here = self.0.iter().filter(|place| place.here);
        here.find(|place| place.module == module)
            .map(|place| place.log.clone())
    }

    /// Acts of one module, or of all of them. Ids are in the order of time whatever module made
    /// them, so one id is the place in every log. A module that does not answer keeps nothing from
    /// the others.
    pub async fn entries(
        &self,
        actor: &Actor,
        module: Option<&str>,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Merged, AuditError> {
        let wanted = |place: &&LogSource| module.is_none_or(|module| module == place.module);
        let asked = self.0.iter().filter(wanted).map(|place| async move {
            let found = place.log.entries(actor, filter.clone(), page.clone());
            (place.module, found.await)
        });
        let (mut entries, mut away, mut more) = (Vec::new(), Vec::new(), false);
        for (module, answer) in join_all(asked).await {
            match answer {
                Ok(found) => {
                    more |= found.next_cursor.is_some();
                    entries.extend(found.items.into_iter().map(|entry| (module, entry)));
                }
                Err(AuditError::Unavailable(_)) => away.push(module),
                Err(error) => return Err(error),
            }
        }
        entries.sort_by_key(|(_, entry)| Reverse(entry.id));
        let limit = page.limit() as usize;
        more |= entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().filter(|_| more);
        Ok(Merged {
            next: last.map(|(_, entry)| Cursor::encode(&entry.id)),
            entries,
            away,
        })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use feira_kernel::{
        Page,
        audit::{ActorKind, Who},
    };
    use uuid::Uuid;

    use super::*;

    /// Entries with these ids, newest first; none if it does not answer.
    struct Written(Option<Vec<u128>>);

    fn entry(id: u128) -> Entry {
        Entry {
            id: Uuid::from_u128(id),
            at: feira_kernel::Time::UNIX_EPOCH,
            who: Who {
                kind: ActorKind::Guest,
                user: None,
                module: None,
                surface: None,
                store: None,
            },
            action: "order.cancelled".to_owned(),
            subject_kind: "order".to_owned(),
            subject: Uuid::nil(),
            details: serde_json::json!({}),
        }
    }

    #[async_trait]
    impl AuditLog for Written {
        async fn entries(
            &self,
            _: &Actor,
            _: AuditFilter,
            page: PageRequest,
        ) -> Result<Page<Entry>, AuditError> {
            let away = AuditError::Unavailable("it does not answer".to_owned());
            let ids = self.0.as_ref().ok_or(away)?;
            let after: Option<Uuid> = page.after().unwrap();
            let all = ids.iter().map(|id| entry(*id));
            let rest = all.filter(|entry| after.is_none_or(|after| entry.id < after));
            let limit = page.limit() as usize;
            Ok(Page::from_rows(
                rest.take(limit + 1).collect(),
                &page,
                |e| e.id,
            ))
        }
    }

    fn audits(logs: [(&'static str, Option<Vec<u128>>); 3]) -> Audits {
        let logs = logs.map(|(module, ids)| {
            let log: Arc<dyn AuditLog> = Arc::new(Written(ids));
            (module, log)
        });
        Audits::new(&[], &logs)
    }

    async fn read(audits: &Audits, module: Option<&str>) -> Vec<Vec<u128>> {
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest::new(Some(2), cursor).unwrap();
            let found = audits
                .entries(&Actor::stranger(), module, &AuditFilter::default(), &page)
                .await
                .unwrap();
            let ids = found.entries.iter().map(|(_, entry)| entry.id.as_u128());
            pages.push(ids.collect());
            cursor = found.next;
            if cursor.is_none() {
                return pages;
            }
        }
    }

    #[tokio::test]
    async fn all_logs_are_read_newest_first_and_nothing_twice() {
        let all = audits([
            ("order", Some(vec![9, 8, 7, 1])),
            ("store", Some(vec![6, 2])),
            ("user", Some(vec![])),
        ]);
        let pages = [vec![9, 8], vec![7, 6], vec![2, 1]];
        assert_eq!(read(&all, None).await, pages);
        assert_eq!(read(&all, Some("store")).await, [vec![6, 2]]);
        assert_eq!(read(&all, Some("nobody")).await, [Vec::<u128>::new()]);
    }

    #[tokio::test]
    async fn a_module_that_does_not_answer_is_named() {
        let some = audits([("order", Some(vec![3, 1])), ("store", None), ("user", None)]);
        assert_eq!(read(&some, None).await, [vec![3, 1]]);
        let (who, filter) = (Actor::stranger(), AuditFilter::default());
        let page = PageRequest::default();
        let found = some.entries(&who, None, &filter, &page).await;
        assert_eq!(found.unwrap().away, ["store", "user"]);
    }
}
