use time::macros::datetime;

use super::*;

const NOW: Time = datetime!(2026-03-02 12:00 UTC);

fn throttle() -> Throttle {
    Throttle::new(ThrottleSettings {
        account_tries: 3,
        client_tries: 6,
        first_wait: Duration::seconds(2),
        longest_wait: Duration::seconds(10),
        forget_after: Duration::minutes(10),
    })
}

fn at(seconds: i64) -> Time {
    NOW + Duration::seconds(seconds)
}

fn wait(throttle: &Throttle, keys: Vec<Key>, now: Time) -> Option<u32> {
    match throttle.admit(keys, now) {
        Ok(_) => None,
        Err(UserError::TooManyTries { retry_after }) => Some(retry_after),
        Err(other) => panic!("{other:?}"),
    }
}

fn from(address: &str, account: &str) -> Vec<Key> {
    Key::of_sign_in(Some(address), account, false)
}

#[test]
fn waits_grow_to_a_bound_and_knocking_meanwhile_costs_nothing() {
    let throttle = throttle();
    let ana = |now| wait(&throttle, Key::of_sign_in(None, "ana", false), now);
    for _ in 0..3 {
        assert_eq!(ana(NOW), None);
    }
    let mut now = NOW;
    for expected in [2, 4, 8, 10, 10] {
        for _ in 0..5 {
            assert_eq!(ana(now), Some(expected));
        }
        assert_eq!(ana(now + Duration::milliseconds(1)), Some(expected));
        now += Duration::seconds(i64::from(expected));
        assert_eq!(ana(now - Duration::milliseconds(1)), Some(1));
        assert_eq!(ana(now), None);
    }
    assert_eq!(ana(now + Duration::minutes(10)), None);
    assert_eq!(ana(now + Duration::minutes(10)), None, "all is forgotten");
}

#[test]
fn a_client_is_slowed_down_over_all_accounts_and_others_are_not() {
    let throttle = throttle();
    for account in ["a", "b", "c", "d", "e", "f"] {
        assert_eq!(wait(&throttle, from("203.0.113.7", account), NOW), None);
    }
    assert_eq!(wait(&throttle, from("203.0.113.7", "g"), NOW), Some(2));
    assert_eq!(wait(&throttle, from("203.0.113.8", "g"), NOW), None);
    let registering = Key::of_registering(Some("203.0.113.7"), "g@feira.example");
    assert_eq!(wait(&throttle, registering, NOW), None, "another matter");
}

#[test]
fn an_account_is_slowed_down_for_strangers_only() {
    let throttle = throttle();
    for client in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        assert_eq!(
            wait(&throttle, from(client, "Ana@feira.example"), NOW),
            None
        );
    }
    let stranger = from("203.0.113.4", "ana@feira.example");
    assert_eq!(wait(&throttle, stranger, NOW), Some(2));
    let hers = Key::of_sign_in(Some("203.0.113.9"), "ana@feira.example", true);
    assert_eq!(wait(&throttle, hers, NOW), None);
}

#[test]
fn a_right_password_is_no_try_and_gives_a_guesser_nothing() {
    let throttle = throttle();
    let client = || Key::of_sign_in(Some("203.0.113.7"), "own@feira.example", true);
    for _ in 0..50 {
        throttle.admit(client(), NOW).unwrap().take_back();
    }
    for _ in 0..6 {
        assert_eq!(wait(&throttle, client(), NOW), None);
    }
    // Signing in to an account of her own does not shorten the next wait.
    throttle.admit(client(), at(2)).unwrap().take_back();
    assert_eq!(wait(&throttle, client(), at(2)), None);
    assert_eq!(wait(&throttle, client(), at(2)), Some(4));
    // Nor does what runs at the same moment pass uncounted.
    let running = throttle.admit(client(), at(6)).unwrap();
    assert_eq!(wait(&throttle, client(), at(6)), Some(8));
    running.take_back();
    assert_eq!(wait(&throttle, client(), at(6)), None);
}

#[test]
fn one_network_is_one_client() {
    let same = |a: &str, b: &str| network(a) == network(b);
    assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"));
    assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert!(same("::ffff:203.0.113.7", "203.0.113.7"));
    assert!(!same("203.0.113.7", "203.0.113.8"));
    assert_eq!(network("somewhere"), "somewhere");
}

#[test]
fn no_more_is_remembered_than_fits() {
    let throttle = throttle();
    let account = |n: usize| Key::of_sign_in(None, &format!("person{n}"), false);
    for n in 0..MAX_REMEMBERED {
        assert_eq!(wait(&throttle, account(n), NOW), None);
    }
    for _ in 0..3 {
        wait(&throttle, account(0), at(1));
    }
    for n in 0..10 {
        assert_eq!(wait(&throttle, account(MAX_REMEMBERED + n), at(1)), None);
    }
    assert_eq!(throttle.tries().len(), MAX_REMEMBERED);
    assert!(
        wait(&throttle, account(0), at(1)).is_some(),
        "the quiet go first"
    );
    // What is forgotten makes room for all.
    assert_eq!(wait(&throttle, account(0), at(700)), None);
    assert_eq!(wait(&throttle, account(99_999), at(700)), None);
    assert!(throttle.tries().len() < 10);
}
