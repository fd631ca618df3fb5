//! Bad settings stop the start with a sentence.

use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use feira_notification::{Deps, Settings, Transport, testing::FakeOrders};
use feira_store::testing::FakeStores;
use feira_testkit::run_module;
use feira_user::testing::FakeUsers;

use crate::support::settings;

#[test]
fn bad_settings_are_named() {
    run_module("notifications", |db| async move {
        let dir = feira_testkit::directory();
        let start = |settings: Settings| {
            let deps = Deps {
                users: Arc::new(FakeUsers::new()),
                stores: Arc::new(FakeStores::new()),
                orders: Arc::new(FakeOrders::new()),
            };
            feira_notification::start(db.env("notifications"), deps, settings)
                .map(|_| ())
                .map_err(|e| e.to_string())
        };
        let good = || {
            settings(Transport::Mailbox {
                dir: dir.join("mail"),
            })
        };
        start(good()).unwrap();
        let mode = fs::metadata(dir.join("mail")).unwrap().permissions().mode();
        assert_eq!(
            mode & 0o777,
            0o700,
            "mails hold links: nobody else reads them"
        );

        let refused = |change: fn(&mut Settings)| {
            let mut settings = good();
            change(&mut settings);
            start(settings).unwrap_err()
        };
        for from in [
            "",
            "nobody",
            "a@b@c",
            "A <a@example.com>\r\nBcc: b@example.com",
        ] {
            let mut settings = good();
            settings.from = from.to_owned();
            assert!(start(settings).unwrap_err().contains("`from`"), "{from:?}");
        }
        assert!(refused(|s| s.base_url = "shop.example.com".to_owned()).contains("`base_url`"));
        assert!(refused(|s| s.shop_name = " \r\n".to_owned()).contains("`shop_name`"));
        assert!(refused(|s| s.max_attempts = 0).contains("`max_attempts`"));
        for url in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://u:hunter2@h?tls=perhaps",
        ] {
            let mut settings = good();
            settings.transport = Transport::Smtp {
                url: url.to_owned(),
            };
            let error = start(settings).unwrap_err();
            assert!(
                error.contains("mail server's URL") && !error.contains("hunter2"),
                "{url}: {error}"
            );
        }
        fs::write(dir.join("file"), "").unwrap();
        let mut blocked = good();
        blocked.transport = Transport::Mailbox {
            dir: dir.join("file/mail"),
        };
        assert!(
            start(blocked)
                .unwrap_err()
                .contains("file/mail cannot be used")
        );
        for url in [
            "smtps://u:p@mail.example.com",
            "smtp://mail.example.com:587?tls=required",
            "smtp://localhost:25",
        ] {
            let mut settings = good();
            settings.transport = Transport::Smtp {
                url: url.to_owned(),
            };
            start(settings).unwrap();
        }
        for from in ["mail@localhost", "Feira do João <mail@example.com>"] {
            let mut settings = good();
            settings.from = from.to_owned();
            start(settings).unwrap();
        }
    });
}
