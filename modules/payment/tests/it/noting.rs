//! Notes of operators, and the names of states.

use std::collections::BTreeMap;

use feira_kernel::{Versions, db, values};
use feira_payment::{Method, PaymentChange, PaymentError, PaymentStatus, testing::card};
use feira_testkit::TestDb;

use crate::{
    by_hand,
    world::{World, operator, seller},
};

fn noted(notes: Option<&str>, seen: i64) -> PaymentChange {
    PaymentChange {
        expected_version: Some(Versions::from(seen)),
        notes: Some(notes.map(str::to_owned)),
    }
}

#[feira_testkit::test("payments")]
async fn notes_are_changed_by_who_has_seen_them_and_told_to_nobody_else(world: World) {
    let paid = world.captured(&[10_000]).await;
    let (id, operator) = (paid.payment.id, operator());
    let change = async |change| world.payments.change_payment(&operator, id, change).await;
    let first = change(noted(Some(" Called.\nComes on Monday "), 0))
        .await
        .unwrap();
    assert_eq!(first.notes.as_deref(), Some("Called.\nComes on Monday"));
    assert_eq!(first.notes_version, 1);

    // Said again it is so already, and only the first is written down.
    let again = change(noted(Some("Called.\nComes on Monday"), 1))
        .await
        .unwrap();
    assert_eq!((again.notes_version, world.count("audit").await), (1, 1));
    let late = change(noted(Some("Other"), 0)).await;
    assert!(
        matches!(late, Err(PaymentError::VersionMismatch)),
        "{late:?}"
    );
    let nothing = change(PaymentChange::default()).await.unwrap();
    assert_eq!(nothing.notes, first.notes);
    let long = change(noted(Some(&"x".repeat(2001)), 1)).await;
    assert!(matches!(long, Err(PaymentError::Invalid(_))), "{long:?}");
    let cleared = change(noted(Some("  "), 1)).await.unwrap();
    assert_eq!((cleared.notes, cleared.notes_version), (None, 2));

    let seller = seller(paid.store(0));
    let other = world
        .payments
        .change_payment(&seller, id, noted(None, 2))
        .await;
    assert!(matches!(other, Err(PaymentError::Forbidden)), "{other:?}");
    let said = "SELECT string_agg(details::text, ' ') FROM audit";
    let said: Option<String> = db::scalar(world.env.pool.read(), said, values![])
        .await
        .unwrap();
    assert!(!said.unwrap().contains("Monday"));
    // It goes on as if nothing was noted.
    let started = world.started(card("tok_approved"), 500).await;
    assert_eq!(started.status, PaymentStatus::Completed);
}

#[feira_testkit::test("payments")]
async fn every_state_has_a_name_in_both_languages_as_pages_say_it(world: World) {
    let sql = "SELECT status, concat_ws('|', name_en, name_pt_br) FROM payment_statuses ORDER BY position";
    let sql =
        format!("SELECT json_agg(json_build_array(status, said)) FROM ({sql}) AS s (status, said)");
    let rows: Option<serde_json::Value> = db::scalar(world.env.pool.read(), &sql, values![])
        .await
        .unwrap();
    let named: Vec<(String, String)> = serde_json::from_value(rows.unwrap()).unwrap();
    let [english, portuguese] = ["en", "pt-BR"].map(words);
    let expected = PaymentStatus::ALL.map(|status| {
        let key = format!("payment-{}", status.as_str());
        let said = format!("{}|{}", english[&key], portuguese[&key]);
        (status.as_str().to_owned(), said)
    });
    assert_eq!(named, expected);
}

/// What pages say, by key.
fn words(language: &str) -> BTreeMap<String, String> {
    let file = format!(
        "{}/../../templates/locales/{language}/pages.ftl",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(" = "));
    lines
        .map(|(key, said)| (key.to_owned(), said.to_owned()))
        .collect()
}

#[feira_testkit::test("payments")]
async fn a_note_beside_is_kept_once_and_one_that_does_not_fit_pays_nothing(db: TestDb) {
    let world = by_hand::world(&db).await;
    let open = world.started(Method::Pix {}, 1_000).await;
    let mark = async |note: &str| {
        let note = Some(note.to_owned());
        let by = operator();
        world
            .payments
            .mark_payment_paid(&by, open.id, note, None)
            .await
    };
    let change = PaymentChange {
        expected_version: None,
        notes: Some(Some("x".repeat(1_990))),
    };
    let by = operator();
    let kept = world.payments.change_payment(&by, open.id, change);
    kept.await.unwrap();
    for long in ["y".repeat(501), "too much beside".to_owned()] {
        let refused = mark(&long).await;
        assert!(
            matches!(refused, Err(PaymentError::Invalid(_))),
            "{refused:?}"
        );
        assert_eq!(world.payment(open.id).await.status, PaymentStatus::Pending);
    }
    for note in [" by bank ", "by bank"] {
        assert_eq!(mark(note).await.unwrap().status, PaymentStatus::Completed);
    }
    let details = world.payments.details(&operator(), open.id).await.unwrap();
    let notes = format!("{}\nby bank", "x".repeat(1_990));
    assert_eq!(details.notes, Some(notes));
    // Who noted it is in the log; what she wrote is not.
    assert_eq!(
        world
            .count("audit WHERE action = 'payment.notes_changed'")
            .await,
        2
    );
    assert_eq!(
        world
            .count("audit WHERE details::text LIKE '%by bank%'")
            .await,
        0
    );
}
