use async_trait::async_trait;
use feira_kernel::{
    Clock, Currency, Entropy, Env, TestClock,
    db::{self, Pool, PoolSettings},
    values,
};
use feira_payment::{
    DisputeState, ManualSettings, Method, ProviderKind, ProviderSettings, ProviderWebhook,
    pix_account::PixAccount,
    testing::{self, FakeProvider, ProviderHarness, brl, card, provider_contract},
};
use feira_testkit::TestDb;
use time::Duration;

/// For a provider that never asks the module's database.
pub(crate) fn nowhere(clock: &TestClock) -> Env {
    let nowhere = PoolSettings::new("postgres://localhost/nowhere", "payments", None);
    Env {
        clock: clock.clock(),
        entropy: Entropy::system(),
        pool: Pool::connect(&nowhere).unwrap(),
    }
}

struct Harness {
    fake: FakeProvider,
    clock: TestClock,
    env: Env,
    /// Whether it tells of a dispute when the money goes, and not before.
    tells_late: bool,
}

impl Harness {
    fn new(change: impl FnOnce(FakeProvider) -> FakeProvider) -> Self {
        let clock = Clock::test(testing::NOW);
        let fake = change(FakeProvider::new(clock.clock()));
        let env = nowhere(&clock);
        Self {
            fake,
            clock,
            env,
            tells_late: false,
        }
    }
}

#[async_trait]
impl ProviderHarness for Harness {
    fn settings(&self) -> ProviderSettings {
        ProviderSettings::new("tried", ProviderKind::Fake(self.fake.clone()))
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn pay(&self, txid: &str) {
        self.fake.pay(txid);
    }

    async fn confirm_card(&self, client_secret: &str) {
        self.fake
            .confirm_card(client_secret, "tok_approved", (12, 2030));
    }

    async fn dispute(&self, charge: &str) {
        if !self.tells_late {
            let (id, whole) = (format!("dp_{charge}"), None);
            self.fake
                .dispute_charge(charge, &id, whole, DisputeState::Opened);
        }
    }

    async fn lose_dispute(&self, charge: &str) {
        let (id, some) = (format!("dp_{charge}"), Some(brl(1)));
        self.fake
            .dispute_charge(charge, &id, some, DisputeState::Lost);
    }

    async fn set_account_open(&self, account: &str, open: bool) {
        self.fake.set_account_open(account, open);
    }

    async fn drain_account(&self, account: &str) {
        self.fake.drain_account(account);
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        self.fake.notifications()
    }
}

#[tokio::test]
async fn a_provider_that_denies_nothing_keeps_its_word() {
    provider_contract(&Harness::new(|fake| {
        fake.dividing(12, brl(100)).telling_disputes()
    }))
    .await;
}

#[tokio::test]
async fn a_provider_without_cards_keeps_its_word() {
    let mut pix = Harness::new(|fake| {
        fake.taking(&Method::Pix {}, brl(1), brl(50_000))
            .without_saved_cards()
            .without_paying_stores()
            .telling_disputes_late()
    });
    pix.tells_late = true;
    provider_contract(&pix).await;
}

#[tokio::test]
async fn a_provider_that_denies_all_it_may_keeps_its_word() {
    let least = Harness::new(|fake| {
        fake.taking(&Method::Pix {}, brl(100), brl(50_000))
            .taking(&card("any"), brl(500), brl(90_000))
            .without_partial_refunds()
            .refunding_within(Duration::days(90))
            .without_voids()
            .without_saved_cards()
            .keeping_keys_for(Duration::days(1))
    });
    provider_contract(&least).await;
}

/// A person who looks at the bank, and the book in which she writes.
struct ByHand {
    db: TestDb,
    env: Env,
    transfer: Option<String>,
}

#[async_trait]
impl ProviderHarness for ByHand {
    fn settings(&self) -> ProviderSettings {
        let key = "123e4567-e12b-12d1-a456-426655440000";
        let settings = ManualSettings {
            currency: Currency::BRL,
            payee: feira_payment::PayeeKind::Marketplace,
            pix: Some(PixAccount::new(key, "Ana", "Recife").unwrap()),
            transfer: self.transfer.clone(),
            whatsapp: Some("5581912345678".to_owned()),
            on_delivery: Some("Cash, or PIX at the door".to_owned()),
        };
        ProviderSettings::new("hand", ProviderKind::Manual(settings))
    }

    fn env(&self) -> Env {
        self.env.clone()
    }

    fn pass(&self, by: Duration) {
        self.db.clock().advance(by);
    }

    /// As `mark_payment_paid` does: of these charges the module has no payments.
    async fn pay(&self, txid: &str) {
        let sql = "UPDATE manual_charges SET state = 'paid' WHERE txid = $1 AND state = 'waiting'";
        let paid = db::exec(self.env.pool.write(), sql, values![txid]).await;
        assert_eq!(paid.unwrap(), 1);
    }

    async fn dispute(&self, _charge: &str) {
        unreachable!("nobody tells of one but a person");
    }

    async fn lose_dispute(&self, _charge: &str) {
        unreachable!("nobody tells of one but a person");
    }

    async fn notifications(&self) -> Vec<ProviderWebhook> {
        Vec::new()
    }
}

#[feira_testkit::test("payments")]
async fn payments_by_hand_keep_their_word(db: TestDb) {
    for transfer in [None, Some("Bank 001, account 5678-9".to_owned())] {
        let harness = ByHand {
            db: db.clone(),
            env: db.env("payments"),
            transfer,
        };
        provider_contract(&harness).await;
    }
}
