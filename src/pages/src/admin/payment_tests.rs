use feira_order::OrderStatus;
use feira_payment::{ExchangeTexts, LegStatus, PaidCard, PaymentLeg, RefundId, RefundStatus};

use super::*;
use crate::{
    admin::caller::frame,
    page::{
        Lang,
        samples::{self as made, brl, id},
    },
};

fn sample(lang: Lang, status: PaymentStatus, by_hand: bool, form: Form) -> PaymentPage {
    sample_of(lang, (status, by_hand), Vec::new(), form)
}

fn sample_of(
    lang: Lang,
    (status, by_hand): (PaymentStatus, bool),
    legs: Vec<PaymentLeg>,
    form: Form,
) -> PaymentPage {
    let order = made::order(OrderStatus::Pending, status);
    let mut payment = order.payment.expect("a payment");
    payment.legs = legs;
    let refund = |n: u128, status| Refund {
        id: RefundId(id(n)),
        payment: payment.id,
        amount: brl(125_970),
        status,
        came_back: false,
        withdrawn: false,
        given_back_there: !by_hand && status == RefundStatus::Pending,
        reference: (status == RefundStatus::Completed).then(|| format!("E9999-{n}")),
    };
    let refunds = match status {
        PaymentStatus::Completed => vec![
            refund(1, RefundStatus::Pending),
            refund(2, RefundStatus::Completed),
        ],
        _ => Vec::new(),
    };
    let details = PaymentDetails {
        paid_by: PaidBy {
            card: Some(PaidCard {
                brand: Some("visa".to_owned()),
                last4: "4242".to_owned(),
                expires: Some("2031-07".to_owned()),
            }),
            end_to_end_id: Some("E12345678202009091221kkkkkkkkkkk".to_owned()),
        },
        payment,
        by_hand,
        returns_by_hand: by_hand,
        disputed_by_hand: by_hand,
        left: None,
        asked_splits: match (by_hand, status) {
            (false, PaymentStatus::Completed) => vec![asked()],
            _ => Vec::new(),
        },
        refunds,
        notes: by_hand.then(|| "The buyer called:\nthe money comes on Monday".to_owned()),
        leg_notes: Vec::new(),
        notes_version: 1,
    };
    let exchange = |kind: &str, outcome: &str| Exchange {
        kind: kind.to_owned(),
        gateway_id: Some("ch_1".to_owned()),
        outcome: outcome.to_owned(),
        at: made::ago(600),
        texts: (kind == "charge").then(|| ExchangeTexts {
            request: "POST /v1/charges {\"amount\":\"19.90\"}".to_owned(),
            response: "200 {\"status\":\"captured\"}".to_owned(),
        }),
    };
    let exchanges = match by_hand {
        true => Vec::new(),
        false => vec![
            exchange("charge", "captured"),
            exchange("mismatch", "charge ch_1 has another payee"),
        ],
    };
    let stores = [20_u128, 21, 22].map(|n| (StoreId(id(n)), format!("Loja <{n}>")));
    let shown = Shown {
        details,
        stores: stores.into(),
        exchanges,
    };
    view(frame(lang, &PAGE), shown, true, Typed::beside(form))
}

fn asked() -> AskedSplit {
    AskedSplit {
        store: StoreId(id(21)),
        part: feira_kernel::Ref::new(id(31)),
        amount: brl(62_985),
        account: "loja@feira.example".to_owned(),
    }
}

fn to_stores(lang: Lang) -> PaymentPage {
    paid_to_stores(lang, PaymentStatus::Authorized)
}

fn paid_to_stores(lang: Lang, status: PaymentStatus) -> PaymentPage {
    let leg = |n: u128, status| PaymentLeg {
        page: None,
        store: StoreId(id(20 + n)),
        part: feira_kernel::Ref::new(id(n)),
        amount: brl(62_985),
        status,
        next_action: feira_payment::NextAction::None {},
        statement: None,
        paid_at: (status == LegStatus::Paid).then_some(made::NOW),
    };
    let legs = vec![leg(1, LegStatus::Open), leg(2, LegStatus::Paid)];
    sample_of(lang, (status, true), legs, Form::default())
}

pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut refused = Form::new(Fields::default().with(&id(1).to_string(), ""));
    refused.refuse(&id(1).to_string(), lang.text("refund-reference-missing"));
    let open = sample(lang, PaymentStatus::Pending, true, Form::default());
    let paid = sample(lang, PaymentStatus::Completed, true, refused);
    let other = sample(lang, PaymentStatus::Completed, false, Form::default());
    vec![
        ("payment_open", made::shown(&open)),
        ("payment_to_send_back", made::shown(&paid)),
        ("payment_of_a_provider", made::shown(&other)),
        ("payment_to_stores", made::shown(&to_stores(lang))),
    ]
}

#[test]
fn only_what_a_person_confirms_is_marked_and_the_amount_is_said() {
    for (lang, said) in [
        (Lang::En, "Mark R$1,259.70 as paid"),
        (Lang::PtBr, "Marcar R$"),
    ] {
        let looks = samples(lang);
        let marks = looks.iter().map(|(_, html)| html.contains(said));
        assert_eq!(marks.collect::<Vec<_>>(), [true, false, false, false]);
        let sends = looks.iter().map(|(_, html)| html.contains("/sent\""));
        assert_eq!(sends.collect::<Vec<_>>(), [false, true, false, false]);
        // What is to be sent may be withdrawn, and what was sent may have come back.
        for end in ["/withdrawn\"", "/returned\""] {
            let ends = looks.iter().map(|(_, html)| html.contains(end));
            assert_eq!(
                ends.collect::<Vec<_>>(),
                [false, true, false, false],
                "{end}"
            );
        }
        let legs = looks.iter().map(|(_, html)| html.matches("/legs/").count());
        assert_eq!(legs.collect::<Vec<_>>(), [0, 0, 0, 2]);
        let splits = looks
            .iter()
            .map(|(_, html)| html.matches("/splits/").count());
        assert_eq!(splits.collect::<Vec<_>>(), [0, 0, 2, 0]);
        let matched = "0196c1de0f4c7b1a9d3f5a2b7c8e9f01";
        assert!(looks.iter().all(|(_, html)| html.contains(matched)));
        // Under which a refund was sent.
        let sent = looks
            .iter()
            .map(|(_, html)| html.contains("<code>E9999-2</code>"));
        assert_eq!(sent.collect::<Vec<_>>(), [false, true, true, false]);
    }
}

#[test]
fn what_a_store_gives_back_no_operator_is_told_to_send() {
    for lang in [Lang::En, Lang::PtBr] {
        let told = |page: &PaymentPage| {
            let html = made::shown(page);
            let texts = [
                "refund-to-send",
                "refund-mark-sent",
                "refund-by-hand-hint",
                "refund-by-store",
                "refund-store-gave-back",
                "refund-by-store-hint",
            ];
            texts.map(|text| html.contains(&lang.text(text)))
        };
        let by_store = paid_to_stores(lang, PaymentStatus::Completed);
        let here = [false, false, false, true, true, true];
        assert_eq!(told(&by_store), here);
        let by_hand = sample(lang, PaymentStatus::Completed, true, Form::default());
        assert_eq!(told(&by_hand), here.map(|one| !one));
    }
}
