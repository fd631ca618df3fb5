//! Release 0.3.0 beside this one, by its own statements: what one of them began, the other goes on
//! with.

use feira_kernel::{Time, db, values};
use feira_payment::{
    Method, NextAction, Payment, PaymentId, PaymentStatus as S, StartPayment, testing,
};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::{provider::Fault, world::World};

const START: &str = include_str!("release_0_3_0/start_payments.sql");
const KEEP: &str = include_str!("release_0_3_0/keep_charges.sql");
const MOVE: &str = include_str!("release_0_3_0/move_payment.sql");
const READ: &str = include_str!("release_0_3_0/payments_of_references.sql");

/// Release 0.3.0 on the same database.
struct Earlier<'a>(&'a World);

impl Earlier<'_> {
    async fn run(&self, sql: &str, values: Vec<sea_orm::Value>) {
        let run = db::exec(self.0.env.pool.write(), sql, values);
        run.await.unwrap();
    }

    async fn start(&self, asked: &StartPayment) -> PaymentId {
        let id = PaymentId(testing::random());
        let now = moment(self.0.env.now());
        let token = match &asked.method {
            Method::Card { token, .. } => Some(token),
            Method::Pix {}
            | Method::SavedCard { .. }
            | Method::BankTransfer {}
            | Method::Paypal {}
            | Method::Whatsapp {}
            | Method::CashOnDelivery {} => None,
        };
        let payment = json!({
            "id": id, "key": asked.key, "reference": asked.reference,
            "description": asked.description, "method": asked.method.kind(), "gateway": "sandbox",
            "amount": asked.amount.amount().to_string(), "currency": asked.amount.currency(),
            "first_look": now, "expires_at": moment(asked.expires_at), "created_at": now,
            "token": token,
        });
        let numbered = asked.splits.iter().zip(1_u32..);
        let splits = numbered.map(|(split, position)| {
            json!({
                "id": testing::random(), "payment": id, "position": position, "store": split.store,
                "part": split.part, "amount": split.amount.amount().to_string(),
                "commission": split.commission.amount().to_string(),
                "earning": split.earning.amount().to_string(),
            })
        });
        let splits = Value::Array(splits.collect());
        self.run(START, values![json!([payment]), splits]).await;
        id
    }

    /// The provider's first answer.
    async fn keep(&self, id: PaymentId, br_code: &str) {
        let charge = json!([{
            "id": id, "charge": "ch_earlier", "txid": "tx", "br_code": br_code,
            "record": testing::random(), "purpose": "charge",
        }]);
        let (now, open) = (self.0.env.now(), vec!["pending".to_owned()]);
        self.run(KEEP, values![charge, now, now, open]).await;
    }

    async fn fail(&self, id: PaymentId) {
        let (now, open) = (self.0.env.now(), vec!["pending".to_owned()]);
        let (charge, never) = (None::<String>, None::<Time>);
        let values = values![
            id,
            open,
            "failed",
            "card_declined",
            charge,
            never,
            never,
            0_i64,
            now,
            testing::random(),
            "charge",
            "failed"
        ];
        self.run(MOVE, values).await;
    }

    /// What it reads of a payment.
    async fn read(&self, column: &str, payment: &Payment) -> Option<String> {
        let sql = format!("SELECT {column} FROM ({READ}) AS payment");
        let values = values![vec![payment.reference.0], 10_i64];
        let read = db::scalar(self.0.env.pool.read(), &sql, values);
        read.await.unwrap().unwrap()
    }
}

fn moment(time: Time) -> String {
    time.format(&Rfc3339).unwrap()
}

#[feira_testkit::test("payments")]
async fn what_0_3_0_began_is_shown_and_charged_here(world: World) {
    let earlier = Earlier(&world);
    let here = world.started(Method::Pix {}, 1990).await;
    let NextAction::PixCode { br_code, .. } = &here.next_action else {
        panic!("{here:?}");
    };
    let pix = earlier.start(&world.asked(Method::Pix {}, 1990)).await;
    earlier.keep(pix, br_code).await;
    assert_eq!(world.payment(pix).await.next_action, here.next_action);

    // It was never charged.
    let asked = world.asked(testing::card("tok_approved"), 700);
    let card = earlier.start(&asked).await;
    world.after(time::Duration::minutes(1)).await;
    assert_eq!(world.payment(card).await.status, S::Completed);
    assert_eq!(
        world.count("payments WHERE card_token IS NOT NULL").await,
        0
    );
}

#[feira_testkit::test("payments")]
async fn what_is_begun_here_is_read_and_ended_by_0_3_0(world: World) {
    let earlier = Earlier(&world);
    let pix = world.started(Method::Pix {}, 1990).await;
    let NextAction::PixCode { br_code, .. } = &pix.next_action else {
        panic!("{pix:?}");
    };
    let read = earlier.read("br_code", &pix).await;
    assert_eq!(read.as_ref(), Some(br_code));

    // What became of these is not known when 0.3.0 takes them up.
    world.provider.next(Fault::Refuse);
    let pix = world.started(Method::Pix {}, 1990).await;
    assert_eq!(pix.next_action, NextAction::None {});
    earlier.keep(pix.id, br_code).await;
    let NextAction::PixCode { br_code: kept, .. } = world.payment(pix.id).await.next_action else {
        panic!("no code");
    };
    assert_eq!(kept, *br_code);
    world.provider.next(Fault::Refuse);
    let card = world.started(testing::card("tok_approved"), 700).await;
    let token = earlier.read("token", &card).await;
    assert_eq!(token.as_deref(), Some("tok_approved"));
    earlier.fail(card.id).await;
    assert_eq!(world.payment(card.id).await.status, S::Failed);
    assert_eq!(
        world.count("payments WHERE card_token IS NOT NULL").await,
        0
    );
}
