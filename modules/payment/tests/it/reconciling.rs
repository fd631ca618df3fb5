//! A provider's report against the books: what the provider's own book says is what ours says.

use std::fmt::Write;

use feira_kernel::Actor;
use feira_payment::{
    Account, DifferenceKind as D, PaymentError, ReconcileRequest, Reconciliation, ReportFormat,
};
use feira_testkit::violations;
use time::{Duration, format_description::well_known::Rfc3339};

use crate::world::{World, operator, seller};

const HEAD: &str = "date,id,amount,currency,kind\n";

async fn reconcile(world: &World, file: &str) -> Result<Reconciliation, PaymentError> {
    let request = ReconcileRequest {
        provider: "sandbox".to_owned(),
        format: None,
        file: file.as_bytes().to_vec(),
        account: None,
    };
    world.payments.reconcile(&operator(), request).await
}

fn kinds(found: &Reconciliation) -> Vec<(D, Option<u64>)> {
    let differences = found.differences.iter();
    differences.map(|one| (one.kind, one.line)).collect()
}

/// Three sales, of which one went back in part, and the provider's report of them.
async fn report(world: &World) -> String {
    let mut file = HEAD.to_owned();
    let mut say = |world: &World, id: &str, minor: i64, kind: &str| {
        let at = world.env.now().format(&Rfc3339).unwrap();
        let (sign, cents) = (if minor < 0 { "-" } else { "" }, minor.abs());
        let amount = format!("{sign}{}.{:02}", cents / 100, cents % 100);
        writeln!(file, "{at},{id},{amount},BRL,{kind}").unwrap();
    };
    for cents in [2000, 1000, 500] {
        let paid = world.captured(&[cents]).await;
        let charge = world.provider.charge(paid.payment.id);
        say(world, &charge.id, cents, "charge");
        if cents == 1000 {
            let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
            say(world, &format!("re_{}", refund.id), -400, "refund");
        }
        world.db.clock().advance(Duration::hours(1));
    }
    file
}

/// A report of so many lines, with fees, of which the books say the same.
pub(crate) async fn agrees(
    world: &World,
    provider: &str,
    format: ReportFormat,
    file: &str,
    lines: u64,
) {
    let request = ReconcileRequest {
        provider: provider.to_owned(),
        format: Some(format),
        file: file.as_bytes().to_vec(),
        account: None,
    };
    let found = world.payments.reconcile(&operator(), request).await;
    let found = found.unwrap();
    assert_eq!(found.differences, [], "{file}");
    assert_eq!((found.lines, found.matched), (lines, lines));
    for sum in found.sums {
        assert_eq!(sum.reported, sum.booked);
        assert_eq!(sum.reported_fees, sum.booked_fees);
        assert!(sum.booked_fees.minor() != 0, "fees were told");
    }
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

/// What an account sums to, in cents.
pub(crate) async fn booked(world: &World, account: Account) -> i64 {
    let books = world.payments.books(&operator()).await.unwrap();
    let found = books.accounts.iter().find(|one| one.account == account);
    found.map_or(0, |one| i64::try_from(one.total.minor()).unwrap())
}

#[feira_testkit::test("payments")]
async fn the_report_and_the_books_agree(world: World) {
    let file = report(&world).await;
    let found = reconcile(&world, &file).await.unwrap();
    assert_eq!(kinds(&found), []);
    assert_eq!((found.lines, found.matched), (4, 4));
    assert_eq!(found.format, ReportFormat::Plain);
    let sum = &found.sums[0];
    assert_eq!((sum.reported.minor(), sum.booked.minor()), (3100, 3100));
    assert_eq!(found.counts, []);
}

#[feira_testkit::test("payments")]
async fn each_thing_that_is_amiss_is_named(world: World) {
    let file = report(&world).await;
    let lines: Vec<&str> = file.lines().collect();
    let with = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    // Line 3, the second sale, is missing; the books have it within the time.
    let missing = with(&[lines[0], lines[1], lines[3], lines[4]]);
    let found = reconcile(&world, &missing).await.unwrap();
    assert_eq!(kinds(&found), [(D::NotInReport, None)]);
    assert!(found.differences[0].payment.is_some());

    let strange = format!(
        "{file}{},ch_99,7.00,BRL,charge\n",
        lines[4].split(',').next().unwrap()
    );
    let found = reconcile(&world, &strange).await.unwrap();
    assert_eq!(kinds(&found), [(D::NotInBooks, Some(6))]);
    assert_eq!(
        found.sums[0].reported.minor() - found.sums[0].booked.minor(),
        700
    );

    for (from, to, kind) in [
        ("20.00,BRL", "20.01,BRL", D::OtherAmount),
        ("20.00,BRL", "20.00,USD", D::OtherCurrency),
        ("20.00,BRL", "20.00.0x,BRL", D::Unreadable),
    ] {
        let changed = file.replace(from, to);
        let found = reconcile(&world, &changed).await.unwrap();
        assert_eq!(kinds(&found)[0], (kind, Some(2)), "{to}");
    }
}

#[feira_testkit::test("payments")]
async fn what_is_no_report_is_refused_and_who_may_not_see_the_books(world: World) {
    for file in ["", "a,b\n1,2\n", "id,amount,currency\na,1,BRL\n"] {
        let refused = reconcile(&world, file).await;
        assert!(matches!(refused, Err(PaymentError::BadReport(_))), "{file}");
    }
    let request = |provider: &str| ReconcileRequest {
        provider: provider.to_owned(),
        format: Some(ReportFormat::Plain),
        file: format!("{HEAD}2026-03-17,a,1,BRL,charge\n").into_bytes(),
        account: None,
    };
    let nobody = world.payments.reconcile(&operator(), request(" ")).await;
    assert!(matches!(nobody, Err(PaymentError::Invalid(_))));
    // One that is not configured any more has a book all the same.
    let retired = world
        .payments
        .reconcile(&operator(), request("retired"))
        .await;
    assert_eq!(kinds(&retired.unwrap()), [(D::NotInBooks, Some(2))]);
    let cli = world
        .payments
        .reconcile(&Actor::system("cli"), request("sandbox"))
        .await;
    assert!(cli.is_ok());
    for actor in [
        Actor::stranger(),
        seller(world.store()),
        Actor::system("order"),
    ] {
        let refused = world.payments.reconcile(&actor, request("sandbox")).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
}

#[feira_testkit::test("payments")]
async fn fifty_thousand_lines_are_read(world: World) {
    let file = report(&world).await;
    let at = file
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let mut long = file.clone();
    for number in 4..50_000 {
        writeln!(long, "{at},x{number},1.00,BRL,transfer").unwrap();
    }
    let found = reconcile(&world, &long).await.unwrap();
    assert_eq!((found.lines, found.matched), (50_000, 50_000));
    assert_eq!(found.sums[0].transferred.minor(), 4_999_600);
}
