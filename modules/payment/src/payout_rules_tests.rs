use feira_kernel::{Currency, StoreId};
use feira_store::testing::payee_account;
use time::macros::datetime;
use uuid::Uuid;

use super::{WhyNotPaid as W, *};

const NOW: Time = datetime!(2026-03-10 12:00 UTC);

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn settings() -> Settings {
    Settings {
        minimum_payout: vec![brl(1_000)],
        payout_hold: Duration::days(2),
        new_store_hold: Duration::days(10),
        new_store_for: Duration::days(30),
        ..Settings::default()
    }
}

/// Approved and with an account for a long time.
fn payee() -> Payee {
    Payee {
        store: StoreId(Uuid::from_u128(1)),
        name: "Loja".to_owned(),
        business_name: "Loja Ltda.".to_owned(),
        tax_id: "11222333000181".to_owned(),
        phone: String::new(),
        phone_changed_at: None,
        city: String::new(),
        country: String::new(),
        status: StoreStatus::Approved,
        currency: Currency::BRL,
        approved_at: Some(NOW - Duration::days(365)),
        account: Some(payee_account("key", NOW - Duration::days(300))),
    }
}

fn open(total: i64, matured: i64, next: Option<Time>) -> Open {
    Open {
        total: brl(total).into(),
        matured: brl(matured).into(),
        next,
    }
}

#[test]
fn what_is_owed_and_long_payable_is_paid() {
    let enough = open(1_000, 1_000, None);
    assert_eq!(why_not(&settings(), (&payee(), true), enough, NOW), None);
    for status in [StoreStatus::Closed, StoreStatus::Approved] {
        let payee = Payee { status, ..payee() };
        assert_eq!(
            why_not(&settings(), (&payee, true), enough, NOW),
            None,
            "{status:?}"
        );
    }
}

#[test]
fn each_reason_has_its_name() {
    let minimum = brl(1_000);
    let yesterday = NOW - Duration::days(1);
    let held = W::Held {
        until: yesterday + Duration::days(2),
    };
    for (of, why) in [
        (open(0, 0, None), W::NothingPayable {}),
        (open(-1, -1, None), W::NegativeBalance {}),
        (open(999, 999, None), W::BelowMinimum { minimum }),
        (
            open(1_500, 999, Some(yesterday)),
            W::BelowMinimum { minimum },
        ),
        (open(1_500, 0, Some(yesterday)), held.clone()),
        // What was given back since is taken off at once.
        (open(1_500, -200, Some(yesterday)), held),
    ] {
        assert_eq!(
            why_not(&settings(), (&payee(), true), of, NOW),
            Some(why),
            "{of:?}"
        );
    }
}

#[test]
fn a_suspended_store_waits_unless_the_marketplace_says_otherwise() {
    let suspended = Payee {
        status: StoreStatus::Suspended,
        ..payee()
    };
    let enough = open(5_000, 5_000, None);
    let why = why_not(&settings(), (&suspended, true), enough, NOW);
    assert_eq!(why, Some(W::StoreSuspended {}));
    let paying = Settings {
        pays_suspended_stores: true,
        ..settings()
    };
    assert_eq!(why_not(&paying, (&suspended, true), enough, NOW), None);
}

#[test]
fn an_account_that_was_changed_is_held_for_its_hours() {
    let enough = open(5_000, 5_000, None);
    let changed = |ago: Duration| Payee {
        account: Some(payee_account("key", NOW - ago)),
        ..payee()
    };
    let at = |payee: &Payee, of| why_not(&settings(), (payee, true), of, NOW);
    for ago in [
        Duration::ZERO,
        Duration::hours(1),
        Duration::hours(24) - Duration::SECOND,
    ] {
        let until = NOW - ago + Duration::hours(24);
        assert_eq!(at(&changed(ago), enough), Some(W::AccountChanged { until }));
    }
    assert_eq!(at(&changed(Duration::hours(24)), enough), None);
    let nothing = at(&changed(Duration::ZERO), open(0, 0, None));
    assert_eq!(nothing, Some(W::NothingPayable {}));
    let none = Payee {
        account: None,
        ..payee()
    };
    for of in [enough, open(0, 0, None)] {
        assert_eq!(at(&none, of), Some(W::NoAccount {}));
    }
}

#[test]
fn a_store_is_new_for_its_days_and_held_longer() {
    let approved = |ago| Payee {
        approved_at: Some(NOW - ago),
        ..payee()
    };
    for (payee, days) in [
        (approved(Duration::ZERO), 10),
        (approved(Duration::days(30) - Duration::SECOND), 10),
        (approved(Duration::days(30)), 2),
        (approved(Duration::days(300)), 2),
    ] {
        assert_eq!(hold(&settings(), &payee, NOW), Duration::days(days));
    }
    // By default nobody is held.
    let unheld = hold(&Settings::default(), &approved(Duration::ZERO), NOW);
    assert_eq!(unheld, Duration::ZERO);
}
