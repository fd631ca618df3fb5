use time::macros::datetime;

use super::*;

const NOW: Time = datetime!(2026-03-02 12:00 UTC);

fn throttle() -> Throttle {
    Throttle::new(ThrottleSettings {
        account_tries: 3,
        client_tries: 6,
        network_tries: 12,
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
    Key::of_sign_in(Some(address), account, None)
}

#[test]
fn waits_grow_to_a_bound_and_knocking_meanwhile_costs_nothing() {
    let throttle = throttle();
    let ana = |now| wait(&throttle, Key::of_sign_in(None, "ana", None), now);
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
    let mailing = Key::of_mail(Some("203.0.113.7"), "g@feira.example");
    assert_eq!(wait(&throttle, mailing, NOW), None, "another matter");
}

#[test]
fn an_account_is_slowed_down_for_who_tries_it_and_nobody_else() {
    let throttle = throttle();
    for _ in 0..3 {
        let guess = from("203.0.113.1", "Ana@feira.example");
        assert_eq!(wait(&throttle, guess, NOW), None);
    }
    let again = from("203.0.113.1", "ana@feira.example");
    assert_eq!(wait(&throttle, again, NOW), Some(2));
    let elsewhere = from("203.0.113.2", "ana@feira.example");
    assert_eq!(wait(&throttle, elsewhere, NOW), None);
}

/// Forty tries a second at her account for ten minutes, from one address, from all of a network, and from
/// one of IPv6: wherever else she comes from, on a device that nobody knows, she is let in at once.
#[test]
fn a_stranger_at_forty_tries_a_second_keeps_no_owner_out() {
    let sources: [fn(u32) -> String; 3] = [
        |_| "203.0.113.7".to_owned(),
        |n| format!("203.0.113.{}", n % 256),
        |n| format!("2001:db8:1:2::{n:x}"),
    ];
    for source in sources {
        let throttle = throttle();
        let (mut tried, mut refused) = (0, 0);
        for second in 0..600 {
            for _ in 0..40 {
                let guess = from(&source(tried), "ana@feira.example");
                refused += u32::from(wait(&throttle, guess, at(second)).is_some());
                tried += 1;
            }
            for hers in ["198.51.100.1", "2001:db8:2::1"] {
                let owner = throttle.admit(from(hers, "ana@feira.example"), at(second));
                owner.unwrap_or_else(|e| panic!("{e:?}")).take_back();
            }
        }
        // Hardly any of his is a try: he waits the longest of them by then.
        assert!(tried - refused < 12 + 600 / 10 + 20, "{}", tried - refused);
    }
}

#[test]
fn a_network_is_slowed_down_over_its_addresses_but_not_its_known_devices() {
    let throttle = throttle();
    for n in 0..12 {
        let guess = from(&format!("203.0.113.{n}"), &format!("person{n}"));
        assert_eq!(wait(&throttle, guess, NOW), None);
    }
    let neighbour = || from("203.0.113.99", "ana");
    assert_eq!(wait(&throttle, neighbour(), NOW), Some(2));
    assert_eq!(wait(&throttle, from("203.0.114.0", "ana"), NOW), None);

    let device = |n| Key::of_sign_in(Some("203.0.113.99"), "ana", Some(Uuid::from_u128(n)));
    for _ in 0..3 {
        assert_eq!(wait(&throttle, device(1), NOW), None);
    }
    // Whoever has taken it guesses no faster than others.
    assert_eq!(wait(&throttle, device(1), NOW), Some(2));
    assert_eq!(wait(&throttle, device(2), NOW), None);
}

#[test]
fn no_neighbour_keeps_anybody_from_asking_for_a_link_to_sign_in() {
    let throttle = throttle();
    let ask = |n: u32, login: &str| {
        let address = format!("203.0.113.{n}");
        wait(&throttle, Key::of_sign_in_link(Some(&address), login), NOW)
    };
    for n in 0..100 {
        assert_eq!(ask(n % 20, &format!("person{n}")), None);
        assert_eq!(
            wait(&throttle, from("203.0.113.7", "ana"), NOW).is_some(),
            n >= 3
        );
    }
    for _ in 0..3 {
        assert_eq!(ask(7, "ana"), None);
    }
    assert_eq!(ask(7, "ana"), Some(2), "who asks again and again");
    assert_eq!(ask(8, "ana"), None);
}

#[test]
fn a_right_password_is_no_try_and_gives_a_guesser_nothing() {
    let throttle = throttle();
    let client = || vec![Key::new("sign_in", Subject::Client, "203.0.113.7")];
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
fn who_is_one_client_and_what_is_one_network() {
    let compared = |a: &str, b: &str| {
        let (a, b) = (places(a), places(b));
        (a.0 == b.0, a.1 == b.1)
    };
    for (one, other, client, network) in [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false, true),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", false, false),
        ("::ffff:203.0.113.7", "203.0.113.7", true, true),
        ("203.0.113.7", "203.0.113.8", false, true),
        ("203.0.113.7", "203.0.114.7", false, false),
        ("somewhere", "elsewhere", false, false),
    ] {
        assert_eq!(compared(one, other), (client, network), "{one} {other}");
    }
}

#[test]
fn no_more_is_remembered_than_fits() {
    let throttle = throttle();
    let account = |n: usize| Key::of_sign_in(None, &format!("person{n}"), None);
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
