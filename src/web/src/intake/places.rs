use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Refusal;

/// The bodies that are not whole yet, counted by sender and together.
#[derive(Clone)]
pub(super) struct Places(Arc<Inner>);

struct Inner {
    most: Amount,
    most_of_one: Amount,
    taken: Mutex<Taken>,
}

/// So many bodies, and so many bytes of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) bodies: usize,
    pub(super) bytes: usize,
}

#[derive(Default)]
struct Taken {
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

/// Given back when dropped.
pub(super) struct Place {
    places: Places,
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

impl Places {
    pub(super) fn new(most: Amount, most_of_one: Amount) -> Self {
        Self(Arc::new(Inner {
            most,
            most_of_one,
            taken: Mutex::default(),
        }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a body that will have so many bytes: they are its own from now on, so that
    /// nobody who comes later can cut it.
    pub(super) fn enter(&self, sender: Sender, bytes: usize) -> Result<Place, Refusal> {
        self.take(sender, Amount { bodies: 1, bytes })?;
        Ok(Place {
            places: self.clone(),
            sender,
            bytes,
        })
    }

    fn take(&self, sender: Sender, more: Amount) -> Result<(), Refusal> {
        let mut taken = self.taken();
        let of_one = taken.of.get(&sender).copied().unwrap_or_default().and(more);
        let all = taken.all.and(more);
        if sender != Sender::Process && of_one.exceeds(self.0.most_of_one) {
            return Err(Refusal::Client);
        }
        if all.exceeds(self.0.most) {
            return Err(Refusal::Total);
        }
        taken.all = all;
        taken.of.insert(sender, of_one);
        Ok(())
    }

    fn give(&self, sender: Sender, less: Amount) {
        let mut taken = self.taken();
        taken.all = taken.all.without(less);
        let of_one = taken.of.get(&sender).copied().unwrap_or_default();
        match of_one.without(less) {
            rest if rest == Amount::default() => taken.of.remove(&sender),
            rest => taken.of.insert(sender, rest),
        };
    }
}

impl Place {
    /// So much of the body has come: what goes beyond the bytes that it has must find room.
    pub(super) fn reach(&mut self, received: usize) -> Result<(), Refusal> {
        let bytes = received.saturating_sub(self.bytes);
        if bytes > 0 {
            self.places.take(self.sender, Amount { bodies: 0, bytes })?;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let bytes = self.bytes;
        self.places.give(self.sender, Amount { bodies: 1, bytes });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Sender {
        Sender::Client(Some(network(text.parse().expect("an address"))))
    }

    fn places(bodies: (usize, usize), bytes: (usize, usize)) -> Places {
        let amount = |bodies, bytes| Amount { bodies, bytes };
        Places::new(amount(bodies.0, bytes.0), amount(bodies.1, bytes.1))
    }

    #[test]
    fn the_newest_is_refused_and_a_place_is_free_again() {
        let places = places((3, 2), (100, 100));
        let (a, b) = (client("203.0.113.7"), client("203.0.113.8"));
        let first = places.enter(a, 0).expect("the first");
        let _second = places.enter(a, 0).expect("the second");
        assert_eq!(places.enter(a, 0).err(), Some(Refusal::Client));
        let _other = places.enter(b, 0).expect("another client's");
        assert_eq!(places.enter(b, 0).err(), Some(Refusal::Total));
        drop(first);
        places.enter(a, 0).expect("the first's place");
    }

    #[test]
    fn bytes_are_bounded_over_all_and_of_each_client() {
        let places = places((9, 9), (100, 60));
        let (a, b) = (client("203.0.113.7"), client("203.0.113.8"));
        let one = places.enter(a, 50).expect("room");
        assert_eq!(places.enter(a, 11).err(), Some(Refusal::Client));
        let mut other = places.enter(b, 50).expect("just enough");
        // What was given to one is not taken by another, however slowly it comes.
        for received in [1, 25, 50] {
            other.reach(received).expect("its own");
        }
        assert_eq!(other.reach(51), Err(Refusal::Total));
        drop(one);
        other.reach(60).expect("room again");
        assert_eq!(other.reach(61), Err(Refusal::Client));
        drop(other);
        assert_eq!(places.taken().all, Amount::default());
        assert!(places.taken().of.is_empty());
    }

    #[test]
    fn another_process_is_bounded_as_all_are() {
        let places = places((4, 1), (100, 10));
        let held: Vec<_> = (0..3)
            .map(|_| places.enter(Sender::Process, 30).expect("room"))
            .collect();
        assert_eq!(
            places.enter(Sender::Process, 11).err(),
            Some(Refusal::Total)
        );
        let _client = places.enter(client("203.0.113.7"), 10).expect("a place");
        assert_eq!(places.enter(Sender::Process, 0).err(), Some(Refusal::Total));
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
