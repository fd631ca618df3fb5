use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Refusal;

/// The bodies that are not whole yet, counted by client and together.
#[derive(Clone)]
pub(super) struct Places(Arc<Inner>);

struct Inner {
    most: usize,
    most_of_one: usize,
    most_bytes: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    bodies: usize,
    bytes: usize,
    clients: HashMap<Option<IpAddr>, usize>,
}

/// Given back when dropped.
pub(super) struct Place {
    places: Places,
    client: Option<IpAddr>,
    bytes: usize,
}

/// Who counts as one client: of IPv6 it is a network that somebody is given.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

impl Places {
    pub(super) fn new(most: usize, most_of_one: usize, most_bytes: usize) -> Self {
        Self(Arc::new(Inner {
            most,
            most_of_one,
            most_bytes,
            taken: Mutex::default(),
        }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a body of which so many bytes are here.
    pub(super) fn enter(&self, client: Option<IpAddr>, bytes: usize) -> Result<Place, Refusal> {
        let mut taken = self.taken();
        let of_client = taken.clients.get(&client).copied().unwrap_or_default();
        if of_client >= self.0.most_of_one {
            return Err(Refusal::Client);
        }
        if taken.bodies >= self.0.most || taken.bytes + bytes > self.0.most_bytes {
            return Err(Refusal::Total);
        }
        taken.bodies += 1;
        taken.bytes += bytes;
        taken.clients.insert(client, of_client + 1);
        Ok(Place {
            places: self.clone(),
            client,
            bytes,
        })
    }
}

impl Place {
    /// More of the body has come.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Refusal> {
        let mut taken = self.places.taken();
        if taken.bytes + bytes > self.places.0.most_bytes {
            return Err(Refusal::Total);
        }
        taken.bytes += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.bodies -= 1;
        taken.bytes -= self.bytes;
        let of_client = taken.clients.get(&self.client).copied().unwrap_or_default();
        if of_client > 1 {
            taken.clients.insert(self.client, of_client - 1);
        } else {
            taken.clients.remove(&self.client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Option<IpAddr> {
        Some(network(text.parse().expect("an address")))
    }

    #[test]
    fn the_newest_is_refused_and_a_place_is_free_again() {
        let places = Places::new(3, 2, 100);
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
    fn bytes_are_bounded_over_all_clients() {
        let places = Places::new(9, 9, 100);
        let mut one = places.enter(client("203.0.113.7"), 10).expect("room");
        one.grow(60).expect("room");
        let two = client("203.0.113.8");
        assert_eq!(places.enter(two, 31).err(), Some(Refusal::Total));
        let mut other = places.enter(two, 30).expect("just enough");
        assert_eq!(other.grow(1), Err(Refusal::Total));
        drop(one);
        other.grow(70).expect("room again");
    }

    #[test]
    fn one_network_is_one_client() {
        assert_eq!(client("2001:db8:0:7::1"), client("2001:db8:0:7:ffff::2"));
        assert_ne!(client("2001:db8:0:7::1"), client("2001:db8:0:8::1"));
        assert_eq!(client("::ffff:203.0.113.7"), client("203.0.113.7"));
        assert_ne!(client("203.0.113.7"), client("203.0.113.8"));
    }
}
