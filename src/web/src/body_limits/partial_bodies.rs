use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Refusal;

/// Counts the bodies that are not complete yet, by sender and in total.
#[derive(Clone)]
pub(super) struct PartialBodies(Arc<Inner>);

struct Inner {
    most: Amount,
    most_of_one: Amount,
    counts: Mutex<Counts>,
}

/// So many bodies, and so many bytes of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) bodies: usize,
    pub(super) bytes: usize,
}

#[derive(Default)]
struct Counts {
    all: Amount,
    of: HashMap<Sender, Amount>,
}

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sender {
    /// Another process of this installation, which calls for all of its clients.
    Process,
    /// An address, as far as one is known.
    Client(Option<IpAddr>),
}

/// An incomplete body; uncounted when dropped.
pub(super) struct PartialBody {
    partial_bodies: PartialBodies,
    sender: Sender,
    bytes: usize,
}

/// Who counts as one client: of IPv6 it is a network that somebody is given.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

impl Amount {
    fn and(self, more: Self) -> Self {
        Self {
            bodies: self.bodies + more.bodies,
            bytes: self.bytes + more.bytes,
        }
    }

    fn without(self, less: Self) -> Self {
        Self {
            bodies: self.bodies.saturating_sub(less.bodies),
            bytes: self.bytes.saturating_sub(less.bytes),
        }
    }

    fn exceeds(self, most: Self) -> bool {
        self.bodies > most.bodies || self.bytes > most.bytes
    }
}

impl PartialBodies {
    pub(super) fn new(most: Amount, most_of_one: Amount) -> Self {
        Self(Arc::new(Inner {
            most,
            most_of_one,
            counts: Mutex::default(),
        }))
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a body that will have so many bytes: they are reserved for it, so that no later body
    /// can make it fail.
    pub(super) fn add(&self, sender: Sender, bytes: usize) -> Result<PartialBody, Refusal> {
        self.take(sender, Amount { bodies: 1, bytes })?;
        Ok(PartialBody {
            partial_bodies: self.clone(),
            sender,
            bytes,
        })
    }

    fn take(&self, sender: Sender, more: Amount) -> Result<(), Refusal> {
        let mut counts = self.counts();
        let of_one = counts
            .of
            .get(&sender)
            .copied()
            .unwrap_or_default()
            .and(more);
        let all = counts.all.and(more);
        if sender != Sender::Process && of_one.exceeds(self.0.most_of_one) {
            return Err(Refusal::Client);
        }
        if all.exceeds(self.0.most) {
            return Err(Refusal::Total);
        }
        counts.all = all;
        counts.of.insert(sender, of_one);
        Ok(())
    }

    fn give(&self, sender: Sender, less: Amount) {
        let mut counts = self.counts();
        counts.all = counts.all.without(less);
        let of_one = counts.of.get(&sender).copied().unwrap_or_default();
        match of_one.without(less) {
            rest if rest == Amount::default() => counts.of.remove(&sender),
            rest => counts.of.insert(sender, rest),
        };
    }
}

impl PartialBody {
    /// So much of the body has come: what exceeds its reserved bytes is reserved now.
    pub(super) fn grow(&mut self, received: usize) -> Result<(), Refusal> {
        let bytes = received.saturating_sub(self.bytes);
        if bytes > 0 {
            self.partial_bodies
                .take(self.sender, Amount { bodies: 0, bytes })?;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for PartialBody {
    fn drop(&mut self) {
        let bytes = self.bytes;
        self.partial_bodies
            .give(self.sender, Amount { bodies: 1, bytes });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Sender {
        Sender::Client(Some(network(text.parse().expect("an address"))))
    }

    fn partial_bodies(bodies: (usize, usize), bytes: (usize, usize)) -> PartialBodies {
        let amount = |bodies, bytes| Amount { bodies, bytes };
        PartialBodies::new(amount(bodies.0, bytes.0), amount(bodies.1, bytes.1))
    }

    #[test]
    fn the_newest_is_refused_and_a_place_is_free_again() {
        let bodies = partial_bodies((3, 2), (100, 100));
        let (a, b) = (client("203.0.113.7"), client("203.0.113.8"));
        let first = bodies.add(a, 0).expect("the first");
        let _second = bodies.add(a, 0).expect("the second");
        assert_eq!(bodies.add(a, 0).err(), Some(Refusal::Client));
        let _other = bodies.add(b, 0).expect("another client's");
        assert_eq!(bodies.add(b, 0).err(), Some(Refusal::Total));
        drop(first);
        bodies.add(a, 0).expect("the first's place");
    }

    #[test]
    fn bytes_are_bounded_over_all_and_of_each_client() {
        let bodies = partial_bodies((9, 9), (100, 60));
        let (a, b) = (client("203.0.113.7"), client("203.0.113.8"));
        let one = bodies.add(a, 50).expect("room");
        assert_eq!(bodies.add(a, 11).err(), Some(Refusal::Client));
        let mut other = bodies.add(b, 50).expect("just enough");
        // What was given to one is not taken by another, however slowly it comes.
        for received in [1, 25, 50] {
            other.grow(received).expect("its own");
        }
        assert_eq!(other.grow(51), Err(Refusal::Total));
        drop(one);
        other.grow(60).expect("room again");
        assert_eq!(other.grow(61), Err(Refusal::Client));
        drop(other);
        assert_eq!(bodies.counts().all, Amount::default());
        assert!(bodies.counts().of.is_empty());
    }

    #[test]
    fn another_process_is_bounded_as_all_are() {
        let bodies = partial_bodies((4, 1), (100, 10));
        let held: Vec<_> = (0..3)
            .map(|_| bodies.add(Sender::Process, 30).expect("room"))
            .collect();
        assert_eq!(bodies.add(Sender::Process, 11).err(), Some(Refusal::Total));
        let _client = bodies.add(client("203.0.113.7"), 10).expect("a place");
        assert_eq!(bodies.add(Sender::Process, 0).err(), Some(Refusal::Total));
        drop(held);
    }

    #[test]
    fn one_network_is_one_client() {
        assert_eq!(client("2001:db8:0:7::1"), client("2001:db8:0:7:ffff::2"));
        assert_ne!(client("2001:db8:0:7::1"), client("2001:db8:0:8::1"));
        assert_eq!(client("::ffff:203.0.113.7"), client("203.0.113.7"));
        assert_ne!(client("203.0.113.7"), client("203.0.113.8"));
    }
}
