//! A store's own bank statement settles its own legs, and nobody else's.

use feira_kernel::{Actor, Currency, IdempotencyKey, StoreId};
use feira_payment::{
    BankStatementColumns, BankStatementReason as R, BankStatementRequest, LegStatus as L, Method,
    Payment, PaymentError, PaymentStatus as S, StoreStatementReport,
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, TransactionTrait};
use time::Duration;

use super::{
    before::{begun, of_stores, world},
    legs, sound,
};
use crate::{
    bank_statements::csv,
    world::{World, operator, seller},
};

const OFX: &str = "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL\n\
    <BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n";

async fn sent(
    world: &World,
    by: &Actor,
    file: Vec<u8>,
    (dry_run, key): (bool, Option<IdempotencyKey>),
) -> Result<StoreStatementReport, PaymentError> {
    let request = BankStatementRequest {
        dry_run,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file,
    };
    world
        .payments
        .import_store_statement(by, request, key)
        .await
}

async fn import(world: &World, store: StoreId, file: Vec<u8>) -> StoreStatementReport {
    let by = seller(store);
    sent(world, &by, file, (false, None)).await.unwrap()
}

fn txid(payment: &Payment, leg: usize) -> &str {
    payment.legs[leg].statement.as_deref().unwrap()
}

fn key(fingerprint: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "statement".to_owned(),
        key: "k".to_owned(),
        fingerprint: fingerprint.to_owned(),
    })
}

/// The lines that matched, those that were paid, and what is said of the others.
fn told(report: &StoreStatementReport) -> (u32, u32, Vec<(u32, R, bool)>) {
    let others = report.unmatched.iter();
    let others = others.map(|line| (line.number, line.reason.unwrap(), line.part.is_some()));
    (report.matched, report.were_paid, others.collect())
}

#[feira_testkit::test("payments")]
async fn a_line_with_txid_and_amount_settles_the_leg_of_this_store_alone(db: TestDb) {
    let world = world(&db).await;
    let both = begun(&world, Method::Pix {}, &[2_000, 1_000]).await;
    let (ana, bento) = (both.store(0), both.store(1));
    let other = of_stores(&world, Method::Pix {}, &[ana], &[500])
        .await
        .unwrap();
    let own = txid(&both.payment, 0);
    let foreign = txid(&both.payment, 1);
    let of_other = txid(&other.payment, 0);
    let file = csv(&[
        (&format!("PIX Clara {own}"), 2_000),
        (&format!("PIX Clara {foreign}"), 1_000),
        (&format!("PIX {of_other}"), 499),
        ("PIX without a code", 500),
        ("PIX of nothing", 12_345),
        (&format!("{own} once more"), 2_000),
        ("Tarifa", -50),
    ]);
    let dry = sent(&world, &seller(ana), file.clone(), (true, key("a"))).await;
    let dry = dry.unwrap();
    assert_eq!((dry.dry_run, dry.lines, dry.matched), (true, 7, 1));
    let unchanged = world.payment(both.payment.id).await;
    assert_eq!(legs(&unchanged), [L::Open, L::Open]);

    let report = import(&world, ana, file.clone()).await;
    let open = [
        (3, R::Unknown, false),
        (4, R::OtherAmount, true),
        (5, R::AmountOnly, true),
        (6, R::Unknown, false),
        (7, R::AlreadyPaid, true),
    ];
    assert_eq!(told(&report), (1, 0, open.to_vec()));
    let paid = world.payment(both.payment.id).await;
    assert_eq!(
        (legs(&paid), paid.status),
        (vec![L::Paid, L::Open], S::Pending)
    );
    let left = world.payment(other.payment.id).await;
    assert_eq!(legs(&left), [L::Open]);
    // The same file changes nothing, and neither does another's.
    let again = import(&world, ana, file).await;
    assert_eq!(told(&again), (0, 1, open.to_vec()));
    let stranger = world.store();
    let file = csv(&[(own, 2_000), (foreign, 1_000), (of_other, 500)]);
    let nothing = import(&world, stranger, file).await;
    let unknown = [2, 3, 4].map(|line| (line, R::Unknown, false));
    assert_eq!(told(&nothing), (0, 0, unknown.to_vec()));

    // The other store's bank writes OFX, and cuts the code off behind another number.
    let file = format!(
        "{OFX}<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260317<TRNAMT>10.00<FITID>1<MEMO>RECEBIDO 0001{foreign}\
         </STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    );
    let report = import(&world, bento, file.into_bytes()).await;
    assert_eq!(told(&report), (1, 0, Vec::new()));
    let paid = world.payment(both.payment.id).await;
    assert_eq!(
        (legs(&paid), paid.status),
        (vec![L::Paid, L::Paid], S::Completed)
    );
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_comes_late_is_listed_and_only_a_store_may_say_so(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000]).await;
    let file = csv(&[(txid(&of.payment, 0), 2_000)]);
    let refused = sent(&world, &operator(), file.clone(), (false, None)).await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );
    let broken = sent(
        &world,
        &seller(of.store(0)),
        b"no statement".to_vec(),
        (false, None),
    )
    .await;
    assert!(
        matches!(broken, Err(PaymentError::BadStatement(_))),
        "{broken:?}"
    );
    db.clock().advance(Duration::minutes(31));
    // Before anybody looked, and after.
    for _ in 0..2 {
        let report = import(&world, of.store(0), file.clone()).await;
        assert_eq!(told(&report), (0, 0, vec![(2, R::PaidTooLate, true)]));
        world.after(Duration::minutes(5)).await;
    }
    assert_eq!(world.payment(of.payment.id).await.status, S::Expired);
}

#[feira_testkit::test("payments")]
async fn a_key_is_of_one_file_and_a_repeat_does_what_is_left(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000]).await;
    let by = seller(of.store(0));
    let before = csv(&[("PIX of nothing", 1)]);
    sent(&world, &by, before, (false, key("a"))).await.unwrap();
    // As of one whose process ended behind the key.
    let file = csv(&[(txid(&of.payment, 0), 2_000)]);
    let report = sent(&world, &by, file.clone(), (false, key("a")))
        .await
        .unwrap();
    assert_eq!(report.matched, 1);
    let other = sent(&world, &by, file, (false, key("b"))).await;
    let Err(PaymentError::Invalid(why)) = other else {
        panic!("{other:?}");
    };
    assert_eq!(why[0].code, "request.idempotency_key_reused");
}

/// As of a process that ended, or is at it still, before the charge of the payment was made.
#[feira_testkit::test("payments")]
async fn what_has_only_just_begun_is_passed_over_and_the_rest_goes_on(db: TestDb) {
    let world = world(&db).await;
    let early = begun(&world, Method::Pix {}, &[2_000]).await;
    let store = early.store(0);
    let begun = of_stores(&world, Method::Pix {}, &[store], &[500]).await;
    let begun = begun.unwrap();
    let file = csv(&[
        (txid(&early.payment, 0), 2_000),
        (txid(&begun.payment, 0), 500),
    ]);
    let owner = db.owner().await;
    let id = early.payment.id;
    let charge = |what: &str| format!("UPDATE payments.payments SET {what} WHERE id = '{id}'");
    let away = charge("notes = transaction_id, transaction_id = NULL");
    owner.execute_unprepared(&away).await.unwrap();
    let open = vec![(2, R::NotYet, true)];
    let dry = sent(&world, &seller(store), file.clone(), (true, None)).await;
    assert_eq!(told(&dry.unwrap()), (1, 0, open.clone()));
    let report = import(&world, store, file.clone()).await;
    assert_eq!(told(&report), (1, 0, open));
    assert_eq!(world.payment(begun.payment.id).await.status, S::Completed);
    assert_eq!(legs(&world.payment(id).await), [L::Open]);

    let made = charge("transaction_id = notes, notes = NULL");
    owner.execute_unprepared(&made).await.unwrap();
    let report = import(&world, store, file).await;
    assert_eq!(told(&report), (1, 1, Vec::new()));
    assert_eq!(world.payment(id).await.status, S::Completed);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_somebody_else_is_at_is_passed_over_and_the_rest_goes_on(db: TestDb) {
    let world = world(&db).await;
    let taken = begun(&world, Method::Pix {}, &[2_000]).await;
    let store = taken.store(0);
    let free = of_stores(&world, Method::Pix {}, &[store], &[500]).await;
    let free = free.unwrap();
    let file = csv(&[
        (txid(&taken.payment, 0), 2_000),
        (txid(&free.payment, 0), 500),
    ]);
    let owner = db.owner().await;
    let other = owner.begin().await.unwrap();
    let id = taken.payment.id;
    let lock = format!("SELECT FROM payments.payments WHERE id = '{id}' FOR UPDATE");
    other.execute_unprepared(&lock).await.unwrap();
    let cut = sent(&world, &seller(store), file.clone(), (false, None)).await;
    assert!(matches!(cut, Err(PaymentError::Unavailable(_))), "{cut:?}");
    assert_eq!(world.payment(free.payment.id).await.status, S::Completed);
    other.rollback().await.unwrap();
    let report = import(&world, store, file).await;
    assert_eq!(told(&report), (1, 1, Vec::new()));
    sound(&world).await;
}
