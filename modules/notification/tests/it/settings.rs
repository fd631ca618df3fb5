//! Bad settings stop the start with a sentence.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use feira_notification::{
    Deps, Settings, Transport,
    testing::{FakeOrders, FakeVariants},
};
use feira_store::testing::FakeStores;
use feira_testkit::TestDb;
use feira_user::testing::FakeUsers;

use crate::support::settings;

/// Starts with good settings, changed; the sentence if it does not.
fn start(db: &TestDb, dir: &Path, change: impl FnOnce(&mut Settings)) -> Option<String> {
    let deps = Deps {
        users: Arc::new(FakeUsers::new()),
        stores: Arc::new(FakeStores::new()),
        orders: Arc::new(FakeOrders::new()),
        variants: Arc::new(FakeVariants),
    };
    let dir = dir.join("mail");
    let mut settings = settings(Transport::Mailbox { dir });
    change(&mut settings);
    feira_notification::start(db.env("notifications"), deps, settings)
        .err()
        .map(|error| error.to_string())
}

#[feira_testkit::test("notifications")]
async fn bad_settings_are_named(db: TestDb) {
    let dir = feira_testkit::directory();
    let named = |part: &str, change: &dyn Fn(&mut Settings)| {
        let error = start(&db, &dir, change).unwrap();
        assert!(error.contains(part), "{part}: {error}");
    };
    for from in [
        "",
        "nobody",
        "a@b@c",
        "A <a@example.com>\r\nBcc: b@example.com",
    ] {
        named("`from`", &|s| s.from = from.to_owned());
    }
    named("`base_url`", &|s| {
        s.base_url = "shop.example.com".to_owned()
    });
    named("`shop_name`", &|s| s.shop_name = " \r\n".to_owned());
    named("`max_attempts`", &|s| s.max_attempts = 0);
    for from in ["mail@localhost", "Feira do João <mail@example.com>"] {
        assert_eq!(start(&db, &dir, |s| s.from = from.to_owned()), None);
    }
}

#[feira_testkit::test("notifications")]
async fn a_mail_server_is_a_url_and_its_password_is_not_repeated(db: TestDb) {
    let dir = feira_testkit::directory();
    let smtp = |url: &str| {
        let url = url.to_owned();
        start(&db, &dir, |s| s.transport = Transport::Smtp { url })
    };
    for url in [
        "",
        "mail.example.com",
        "http://u:hunter2@h",
        "smtp://u:hunter2@h?tls=perhaps",
    ] {
        let error = smtp(url).unwrap();
        assert!(error.contains("mail server's URL"), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    for url in [
        "smtps://u:p@h.example",
        "smtp://h.example:587?tls=required",
        "smtp://localhost:25",
    ] {
        assert_eq!(smtp(url), None);
    }
}

#[feira_testkit::test("notifications")]
async fn the_mailbox_is_for_its_owner_only(db: TestDb) {
    let dir = feira_testkit::directory();
    assert_eq!(start(&db, &dir, |_| ()), None);
    let mode = fs::metadata(dir.join("mail")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "mails hold links");
    // What a killed process left half-written goes; mails stay.
    fs::write(dir.join("mail/.x.1.part"), "").unwrap();
    fs::write(dir.join("mail/x.eml"), "").unwrap();
    assert_eq!(start(&db, &dir, |_| ()), None);
    assert_eq!(fs::read_dir(dir.join("mail")).unwrap().count(), 1);

    fs::write(dir.join("file"), "").unwrap();
    let blocked = dir.join("file/mail");
    let error = start(&db, &dir, |s| {
        s.transport = Transport::Mailbox { dir: blocked }
    });
    assert!(error.unwrap().contains("file/mail cannot be used"));
}
