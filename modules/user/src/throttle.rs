//! Slows down whoever tries passwords or asks for mails again and again, before a password is hashed.
//!
//! It is no lock: after some free tries each further one waits a little longer, up to a bound, and
//! a try that comes too early costs nothing. What is counted is whoever tries, by address and network:
//! of an account alone nothing is, so that no stranger keeps its owner out, and an account that is
//! not there is answered like one that is. A device that signed in to the account before counts by
//! itself, not with its neighbours, and so does who asks for a link to sign in to it. Counts live in
//! memory: each process has its own, and a restart forgets them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use feira_kernel::{Time, UserId};
use sha2::{Digest, Sha256};
use time::Duration;
use uuid::Uuid;

use crate::{ThrottleSettings, UserError};

/// The most counters kept; beyond it the one unused longest is dropped.
const MAX_REMEMBERED: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    /// One client for one account.
    Account,
    /// One client over all accounts.
    Client,
    /// A network over all accounts.
    Network,
}

/// A counter's key: a digest, so that all have the same length and none names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    who: Subject,
    digest: [u8; 32],
}

impl Key {
    fn new(what: &str, who: Subject, name: &str) -> Self {
        let digest = Sha256::digest(format!("{what}:{}", name.to_ascii_lowercase())).into();
        Self { who, digest }
    }

    /// Signing in to an account, by what is typed as its name; or from a device that did before.
    pub(crate) fn of_sign_in(
        address: Option<&str>,
        login: &str,
        device: Option<Uuid>,
    ) -> Vec<Self> {
        match device {
            Some(device) => vec![Self::new("device", Subject::Account, &device.to_string())],
            None => Self::of("sign_in", address, login),
        }
    }

    /// Asking for a link to an account; others' requests do not count.
    pub(crate) fn of_asking(address: Option<&str>) -> Vec<Self> {
        let Some((client, network)) = address.map(places) else {
            return Vec::new();
        };
        vec![
            Self::new("ask", Subject::Client, &client),
            Self::new("ask", Subject::Network, &network),
        ]
    }

    /// Checking the password of a signed-in person.
    pub(crate) fn of_own_password(user: UserId) -> Vec<Self> {
        vec![Self::new(
            "own_password",
            Subject::Account,
            &user.to_string(),
        )]
    }

    /// Asking for a mail with a link.
    pub(crate) fn of_mail(address: Option<&str>, login: &str) -> Vec<Self> {
        Self::of("mail", address, login)
    }

    /// Asking for a sign-in link. Other clients' tries do not count; mails are bounded per account.
    pub(crate) fn of_sign_in_link(address: Option<&str>, login: &str) -> Vec<Self> {
        let mut keys = Self::of("sign_in_link", address, login);
        keys.retain(|key| matches!(key.who, Subject::Account));
        keys
    }

    fn of(what: &str, address: Option<&str>, login: &str) -> Vec<Self> {
        let Some((client, network)) = address.map(places) else {
            return vec![Self::new(what, Subject::Account, login)];
        };
        vec![
            Self::new(what, Subject::Account, &format!("{client} {login}")),
            Self::new(what, Subject::Client, &client),
            Self::new(what, Subject::Network, &network),
        ]
    }
}

/// The client at an address, and the network around it. One household has all addresses of an IPv6
/// /64, and one customer of a provider seldom more than a /48.
fn places(address: &str) -> (String, String) {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            (
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"),
                format!("{a:x}:{b:x}:{c:x}::/48"),
            )
        }
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            (ip.to_string(), format!("{a}.{b}.{c}.0/24"))
        }
        Err(_) => (address.to_owned(), address.to_owned()),
    }
}

#[derive(Clone, Copy)]
struct Attempts {
    count: u32,
    last: Time,
}

pub(crate) struct Throttle {
    settings: ThrottleSettings,
    tries: Mutex<HashMap<Key, Attempts>>,
}

/// An allowed try. It counts, even if the request was dropped, unless [`Self::take_back`] is called.
pub(crate) struct Admission<'a> {
    throttle: &'a Throttle,
    /// The time of the try before.
    keys: Vec<(Key, Time)>,
}

impl Throttle {
    pub(crate) fn new(settings: ThrottleSettings) -> Self {
        Self {
            settings,
            tries: Mutex::default(),
        }
    }

    /// Allows a try and counts it at once, also among concurrent ones; or returns the seconds to wait.
    pub(crate) fn admit(&self, keys: Vec<Key>, now: Time) -> Result<Admission<'_>, UserError> {
        let mut tries = self.tries();
        let free_at = keys
            .iter()
            .filter_map(|key| Some(self.free_at(*key, *tries.get(key)?)))
            .max()
            .unwrap_or(now);
        if free_at > now {
            let wait = free_at - now + Duration::SECOND - Duration::NANOSECOND;
            return Err(UserError::TooManyTries {
                retry_after: u32::try_from(wait.whole_seconds()).unwrap_or(u32::MAX),
            });
        }
        let keys = keys
            .into_iter()
            .map(|key| (key, self.count(&mut tries, key, now)))
            .collect();
        Ok(Admission {
            throttle: self,
            keys,
        })
    }

    /// Counts a try and returns the time of the one before.
    fn count(&self, tries: &mut HashMap<Key, Attempts>, key: Key, now: Time) -> Time {
        if tries.len() >= MAX_REMEMBERED && !tries.contains_key(&key) {
            self.make_room(tries, now);
        }
        let first = Attempts {
            count: 0,
            last: now,
        };
        let entry = tries.entry(key).or_insert(first);
        if self.is_forgotten(*entry, now) {
            *entry = first;
        }
        entry.count = entry.count.saturating_add(1);
        std::mem::replace(&mut entry.last, now)
    }

    fn make_room(&self, tries: &mut HashMap<Key, Attempts>, now: Time) {
        tries.retain(|_, entry| !self.is_forgotten(*entry, now));
        if tries.len() >= MAX_REMEMBERED
            && let Some((quiet, _)) = tries.iter().min_by_key(|(_, entry)| entry.last)
        {
            let quiet = *quiet;
            tries.remove(&quiet);
        }
    }

    fn is_forgotten(&self, entry: Attempts, now: Time) -> bool {
        now - entry.last >= self.settings.forget_after
    }

    /// When the next try may come: the wait doubles with each one beyond the free ones.
    fn free_at(&self, key: Key, entry: Attempts) -> Time {
        let free = match key.who {
            Subject::Account => self.settings.account_tries,
            Subject::Client => self.settings.client_tries,
            Subject::Network => self.settings.network_tries,
        };
        let Some(beyond) = entry.count.checked_sub(free) else {
            return entry.last;
        };
        // Bounded so that the multiplication cannot overflow.
        let doubled = self.settings.first_wait * (1_i32 << beyond.min(20));
        entry.last + doubled.min(self.settings.longest_wait)
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Key, Attempts>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission<'_> {
    /// Uncounts the try: the password was right, or an error was ours.
    pub(crate) fn take_back(self) {
        let mut tries = self.throttle.tries();
        for (key, before) in self.keys {
            let Some(entry) = tries.get_mut(&key) else {
                continue;
            };
            entry.count = entry.count.saturating_sub(1);
            entry.last = before;
            if entry.count == 0 {
                tries.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
