//! Killed while a charge is split to stores' accounts at Woovi, and while what is in them leaves them: before the provider
//! is asked, after it has answered, and after that is written. Woovi's own record lives beside the process that is killed.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    buyer::{Buyer, Outcome, Placed},
    people::{ana, bento, call, operator, until},
    server::{DataDir, Server},
    woovi_book::Woovi,
};

/// The row is written, and nobody was asked; the answer is there, and how it was split is not kept.
const CHARGING: &[&str] = &["payment.inserted", "payment.split_answered"];
/// It is paid: how it was split was told, and is not booked; it is.
const BOOKING: &[&str] = &["payment.split_told", "payment.split_booked"];
const WITHDRAWING: &[&str] = &[
    "payment.withdrawal_asked",
    "payment.withdrawal_answered",
    "payment.withdrawal_written",
];
const STORES: i64 = 2;

pub(crate) fn points() -> Vec<&'static str> {
    [CHARGING, BOOKING, WITHDRAWING].concat()
}

struct Market {
    data: DataDir,
    woovi: Woovi,
    /// Payments whose splits are booked.
    booked: i64,
}

impl Market {
    /// Both stores have an account at Woovi, of the PIX key that they are paid on.
    fn with_accounts() -> Self {
        let market = Self {
            data: DataDir::with_demo(),
            woovi: Woovi::serve(),
            booked: 0,
        };
        let server = market.start(None);
        for token in [ana(&server), bento(&server)] {
            let opened = call("/seller/provider-accounts", json!({"provider": "woovi"}));
            opened.insist(&server, &token);
        }
        server.stop();
        market
    }

    fn start(&self, kill_at: Option<&str>) -> Server {
        let settings = [
            ("FEIRA_PAYMENTS__ORDER", "[woovi, sandbox]"),
            ("FEIRA_PAYMENTS__PROVIDERS__WOOVI__KIND", "woovi"),
            (
                "FEIRA_PAYMENTS__PROVIDERS__WOOVI__API_KEY",
                "an-app-id-of-the-stub-0123456789abcdef",
            ),
            ("FEIRA_PAYMENTS__PROVIDERS__WOOVI__SPLITS", "yes"),
            ("FEIRA_PAYMENTS__PROVIDERS__WOOVI__URL", &*self.woovi.url),
        ];
        Server::start_with(&self.data, kill_at, &settings)
    }

    /// What is looked at later is looked at now; nobody holds a job who was killed.
    fn due(server: &Server) {
        for sql in [
            "UPDATE payments.job SET lease_until = NULL, run_at = now() RETURNING id",
            "UPDATE payments.payments SET next_poll_at = now() WHERE next_poll_at IS NOT NULL RETURNING id",
            "UPDATE payments.payment_splits SET look_at = now() WHERE look_at IS NOT NULL RETURNING id",
            "UPDATE payments.split_accounts SET withdraw_at = now() WHERE withdraw_at IS NOT NULL RETURNING id",
            // Whoever asked was killed longer ago than anybody waits for an answer.
            "UPDATE payments.account_withdrawals SET updated_at = now() - interval '1 hour' WHERE state = 'asked' \
             RETURNING id",
        ] {
            server.rows(sql);
        }
    }

    /// Every payment so far is paid, and its splits are booked.
    fn until_booked(&mut self, server: &Server) {
        self.booked += 1;
        Self::due(server);
        let booked = "SELECT count(*) AS n FROM payments.payment_splits WHERE there = 'paid'";
        until(server, "payments", booked, self.booked * STORES);
        server.settle();
    }

    fn killed_while_charging(&mut self, point: &str) -> Placed {
        let server = self.start(Some(point));
        let buyer = Buyer::with_cart(&server, &format!("woovi {point}")).by_pix();
        let first = buyer.check_out(&server);
        assert!(matches!(first, Outcome::Lost), "{point}: {first:?}");
        server.wait_for_its_end();
        let server = self.start(None);
        let placed = buyer.insist(|| Some(server.url.clone()));
        Self::due(&server);
        let asked = format!(
            "SELECT count(*) AS n FROM payments.payments WHERE id = '{}' AND transaction_id IS NOT NULL",
            placed.payment
        );
        until(&server, "payments", &asked, 1);
        self.woovi.pay(&placed.payment);
        self.until_booked(&server);
        println!("{point}: killed, then charged and split");
        server.stop();
        placed
    }

    fn killed_while_booking(&mut self, point: &str) -> Placed {
        let server = self.start(Some(point));
        let placed = self.paid(&server, point);
        Self::due(&server);
        server.wait_for_its_end();
        let server = self.start(None);
        self.until_booked(&server);
        println!("{point}: killed, then booked");
        server.stop();
        placed
    }

    /// By PIX at Woovi; nobody was told yet.
    fn paid(&self, server: &Server, key: &str) -> Placed {
        let buyer = Buyer::with_cart(server, &format!("woovi {key}")).by_pix();
        let placed = buyer.insist(|| Some(server.url.clone()));
        self.woovi.pay(&placed.payment);
        placed
    }

    fn killed_while_withdrawing(&mut self, point: &str) -> Placed {
        let server = self.start(None);
        let placed = self.paid(&server, point);
        self.until_booked(&server);
        server.stop();
        let server = self.start(Some(point));
        let token = operator(&server);
        let mut run = call("/admin/payouts", json!({}));
        run.key = point;
        // The job may be there before the answer.
        if run.post(&server, &token).is_some() {
            Self::due(&server);
        }
        server.wait_for_its_end();
        let server = self.start(None);
        run.insist(&server, &operator(&server));
        Self::due(&server);
        let open = "SELECT (SELECT count(*) FROM payments.split_accounts WHERE withdraw_at IS NOT NULL) \
                    + (SELECT count(*) FROM payments.account_withdrawals WHERE state = 'asked') AS n";
        until(&server, "payments", open, 0);
        println!("{point}: killed, then withdrawn");
        server.stop();
        placed
    }
}

#[test]
fn killed_while_charges_are_split_and_withdrawn_at_woovi() {
    let mut market = Market::with_accounts();
    let mut placed = Vec::new();
    for point in CHARGING {
        placed.push(market.killed_while_charging(point));
    }
    for point in BOOKING {
        placed.push(market.killed_while_booking(point));
    }
    for point in WITHDRAWING {
        placed.push(market.killed_while_withdrawing(point));
    }
    market.data.check();
    // One charge of each payment, by its own book, and each store's part went there once.
    let ids: BTreeSet<String> = placed.iter().map(|one| one.payment.clone()).collect();
    assert_eq!(market.woovi.charges(), ids);
    let kept = "SELECT (sum(s.earning) * 100)::bigint AS earned, count(*) AS parts, \
                (SELECT count(*) FROM payments.ledger_transactions WHERE kind = 'split_paid') AS booked, \
                (SELECT count(*) FROM orders.orders WHERE status = 'confirmed' AND email = 'guest@test.example') AS sold \
                FROM payments.payment_splits s WHERE s.there = 'paid'";
    let kept = market.data.rows(kept)[0].clone();
    let payments = i64::try_from(placed.len()).expect("few");
    assert_eq!(kept["parts"], payments * STORES, "{kept}");
    assert_eq!(kept["booked"], payments * STORES, "{kept}");
    assert_eq!(kept["sold"], payments, "{kept}");
    // Of what came, all went out, each cent once; of the answer that was lost nobody claims that it was made.
    let (credited, withdrawn, times) = market.woovi.withdrawn();
    assert_eq!(kept["earned"], credited, "{kept}");
    assert_eq!(withdrawn, credited);
    let rounds = i64::try_from(WITHDRAWING.len()).expect("few");
    assert_eq!(times, rounds * STORES);
    let told = "SELECT count(*) FILTER (WHERE state = 'made') AS made, \
                count(*) FILTER (WHERE state = 'unknown') AS unknown, count(*) AS n FROM payments.account_withdrawals";
    let told = market.data.rows(told)[0].clone();
    // Killed before it asked, it asks again under another row; killed after the answer, it does not.
    let expected = json!({"made": times - 1, "unknown": 2, "n": times + 1});
    assert_eq!(told, expected);
}
