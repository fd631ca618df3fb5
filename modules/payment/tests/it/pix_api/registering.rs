//! Where the bank posts its notifications: registered when an operator tries the keys.

use feira_payment::{CheckOutcome, PixApiSettings, ProviderKind, ProviderSettings};
use feira_testkit::TestDb;

use super::bank::{Bank, Fault, TOKEN, Ways};
use crate::{entering::check, world::World};

async fn at(db: &TestDb, bank: &Bank, site: &str, skips_mtls: bool) -> World {
    let settings = PixApiSettings {
        webhook_site: site.to_owned(),
        skips_mtls,
        ..bank.settings()
    };
    let provider = ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(settings)));
    World::at(db, vec![provider]).await
}

#[feira_testkit::test("payments")]
async fn the_address_is_registered_once_and_again_if_it_is_another(db: TestDb) {
    let bank = Bank::start(Ways::default(), db.clock().clock()).await;
    let world = at(&db, &bank, "https://market.example/", true).await;
    let ours = format!("https://market.example/webhooks/bank/{TOKEN}");
    for (put, elsewhere) in [
        (1, None),
        (1, Some(format!("{ours}/pix"))),
        (2, Some("https://old.example/webhooks/bank".to_owned())),
    ] {
        bank.posts_to(elsewhere.as_deref());
        assert_eq!(check(&world, "bank").await.outcome, CheckOutcome::Good);
        assert_eq!(bank.calls("PUT webhook"), put, "{elsewhere:?}");
    }
    assert_eq!(bank.posts_to(None), Some(ours));
    // Who may not ask for it is told so.
    bank.next("GET webhook", Fault::Before(403));
    let refused = check(&world, "bank").await;
    assert_eq!(refused.outcome, CheckOutcome::Refused);
    bank.posts_to(Some("https://old.example"));
    bank.next("PUT webhook", Fault::Page(503));
    let away = check(&world, "bank").await;
    assert_eq!(away.outcome, CheckOutcome::Unreachable);
}

#[feira_testkit::test("payments")]
async fn a_bank_that_refuses_the_address_says_why_and_by_hand_nothing_is_asked(db: TestDb) {
    let bank = Bank::start(Ways::default(), db.clock().clock()).await;
    let world = at(&db, &bank, "https://market.example", false).await;
    let refused = check(&world, "bank").await;
    assert_ne!(refused.outcome, CheckOutcome::Good);
    assert_eq!(bank.posts_to(None), None);
    let asked = bank.calls("GET webhook");
    let by_hand = at(&db, &bank, "", false).await;
    assert_eq!(check(&by_hand, "bank").await.outcome, CheckOutcome::Good);
    assert_eq!(bank.calls("GET webhook"), asked);
}
