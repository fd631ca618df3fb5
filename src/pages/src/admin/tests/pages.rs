//! Each page of the operator, filled in.

use std::collections::BTreeMap;

use feira_kernel::{
    UserId,
    audit::{Entry, Who},
    outbox::{Delivery, DeliveryState, Lag, OutboxError},
};
use feira_notification::{Message, MessageId, MessageStatus, MessageSummary};
use feira_order::{OrderId, OrderStatus, OrderSummary};
use feira_payment::{Account, AccountTotal, Books, Exchange, PaymentStatus};
use feira_store::StoreStatus;
use feira_web::outboxes::{Behind, Seen};

use super::super::{
    audit::{self, AuditPage, Wanted},
    books::BooksPage,
    events::{self, EventsPage},
    mailbox::{self, MailboxPage},
    orders::{self, OrderPage, OrdersPage},
    overview::{self, OverviewPage, Waiting},
    payouts::PayoutsPage,
    stores::{self, StoresPage},
};
use crate::page::{
    Area, Fields, Flash, Form, Lang, Page,
    samples::{self, NOW, ago, brl, id},
};

pub(super) fn frame(lang: Lang, section: &'static str, title: &str) -> Page {
    Page::sample(lang, Area::Admin, section, NOW).titled(title)
}

fn summaries() -> Vec<OrderSummary> {
    let states = [
        OrderStatus::Pending,
        OrderStatus::Confirmed,
        OrderStatus::PartiallyShipped,
        OrderStatus::Completed,
    ];
    (1..)
        .zip(states)
        .map(|(n, status)| OrderSummary {
            id: OrderId(id(n)),
            number: format!("FR-7K3{n}"),
            status,
            total: brl(125_970),
            stores: 2,
            placed_at: ago(60 * i64::try_from(n * n).unwrap()),
        })
        .collect()
}

pub(super) fn overview(lang: Lang) -> OverviewPage {
    let p = frame(lang, "overview", &lang.text("nav-overview"));
    let waiting = Waiting {
        applications: Some(2),
        payouts: Some(1),
        behind: Some(Behind {
            dead: 1,
            late_jobs: 2,
        }),
        failed_messages: Some(0),
        balanced: Some(true),
    };
    OverviewPage {
        figures: overview::figures(&p, &waiting),
        todo: overview::tasks(&p, &waiting),
        orders: summaries(),
        p,
    }
}

pub(super) fn store_list(lang: Lang, filters: bool) -> StoresPage {
    let section = if filters { "stores" } else { "applications" };
    let p = frame(lang, section, &lang.text(&format!("nav-{section}")));
    StoresPage {
        filters,
        q: String::new(),
        status: String::new(),
        statuses: stores::statuses(&p),
        stores: [
            StoreStatus::Pending,
            StoreStatus::Approved,
            StoreStatus::Suspended,
        ]
        .map(samples::store)
        .into(),
        empty_key: "stores-empty",
        first: None,
        next: None,
        p,
    }
}

pub(super) fn order_list(lang: Lang) -> OrdersPage {
    let p = frame(lang, "sales", &lang.text("orders-title"));
    OrdersPage {
        number: String::new(),
        status: "pending".to_owned(),
        statuses: orders::statuses(&p),
        orders: summaries(),
        first: None,
        next: Some("/admin/orders?cursor=x".to_owned()),
        p,
    }
}

pub(super) fn order(lang: Lang) -> OrderPage {
    let exchange = |kind: &str, outcome: &str, minutes| Exchange {
        kind: kind.to_owned(),
        gateway_id: Some("ch_123".to_owned()),
        outcome: outcome.to_owned(),
        at: ago(minutes),
    };
    OrderPage {
        p: frame(lang, "sales", "FR-7K3M").below("/admin/orders", "orders-title"),
        order: samples::order(OrderStatus::Shipped, PaymentStatus::Completed),
        exchanges: vec![
            exchange("create", "pending", 400),
            exchange("webhook", "completed", 390),
        ],
    }
}

pub(super) fn payouts(lang: Lang) -> PayoutsPage {
    let mut form = Form::new(Fields::default().with(&id(1).to_string(), ""));
    form.refuse(&id(1).to_string(), lang.text("payout-reference-missing"));
    PayoutsPage {
        p: frame(lang, "settle", &lang.text("payouts-title")),
        payouts: samples::payouts(),
        form,
        first: None,
        next: None,
    }
}

pub(super) fn audit(lang: Lang) -> AuditPage {
    let p = frame(lang, "audit", &lang.text("audit-title"));
    let entry = |n: u128, user: Option<UserId>, module: Option<&str>, action: &str| Entry {
        id: id(n),
        at: ago(30),
        who: Who {
            kind: "person".to_owned(),
            user,
            module: module.map(str::to_owned),
            surface: None,
            store: None,
        },
        action: action.to_owned(),
        subject_kind: "store".to_owned(),
        subject: id(9),
        details: serde_json::json!({"from": "pending"}),
    };
    let olga = UserId(id(1));
    let found = vec![
        ("store", entry(4, Some(olga), None, "store.approved")),
        (
            "store",
            entry(3, Some(UserId(id(2))), None, "store.rejected"),
        ),
        ("user", entry(2, None, Some("cli"), "user.operator_made")),
        ("order", entry(1, None, None, "order.of_tomorrow")),
    ];
    let names = BTreeMap::from([(olga, "Olga Prado".to_owned())]);
    AuditPage {
        wanted: Wanted::default(),
        modules: audit::modules(&p, &["store", "user", "order"]),
        away: "catalog".to_owned(),
        acts: audit::acts(&p, &names, found),
        first: None,
        next: Some("/admin/audit?cursor=x".to_owned()),
        p,
    }
}

pub(super) fn event_list(lang: Lang) -> EventsPage {
    let mut p = frame(lang, "events", &lang.text("events-title"));
    p.flash = Some(Flash::bad("event-not-dead"));
    let lag = Lag {
        waiting: 2,
        dead: 1,
        oldest_seconds: 40,
        late_jobs: 0,
    };
    let seen = |module, lag| Seen { module, lag };
    let away = OutboxError::Unavailable("it does not answer".to_owned());
    let lags = [
        seen("user", Ok(Lag::default())),
        seen("order", Ok(lag)),
        seen("catalog", Err(away)),
    ];
    let delivery = |n: u128, state, error: Option<&str>| Delivery {
        event_id: id(n),
        name: "order.confirmed.v1".to_owned(),
        subscriber: "notification.orders".to_owned(),
        state,
        attempts: 12,
        last_error: error.map(str::to_owned),
        occurred_at: ago(80),
        next_attempt_at: ago(1),
    };
    EventsPage {
        tabs: events::tabs(&p, &lags, "order"),
        module: "order".to_owned(),
        lag,
        dead: false,
        all_href: "/admin/events?module=order".to_owned(),
        dead_href: "/admin/events?module=order&state=dead".to_owned(),
        deliveries: vec![
            delivery(1, DeliveryState::Dead, Some("the order is not there yet")),
            delivery(2, DeliveryState::Done, None),
        ],
        first: None,
        next: None,
        p,
    }
}

fn message(n: u128, status: MessageStatus) -> MessageSummary {
    MessageSummary {
        id: MessageId(id(n)),
        kind: "order_confirmed".to_owned(),
        recipient: "joao@example.com".to_owned(),
        subject: "Pedido FR-7K3M confirmado".to_owned(),
        status,
        attempts: 1,
        created_at: ago(30),
        sent_at: (status == MessageStatus::Sent).then(|| ago(29)),
    }
}

pub(super) fn mail_list(lang: Lang) -> MailboxPage {
    let p = frame(lang, "mailbox", &lang.text("mailbox-title"));
    MailboxPage {
        recipient: String::new(),
        status: String::new(),
        statuses: mailbox::statuses(&p),
        messages: vec![
            message(1, MessageStatus::Sent),
            message(2, MessageStatus::Failed),
        ],
        first: None,
        next: None,
        p,
    }
}

pub(super) fn mail(lang: Lang) -> mailbox::MessagePage {
    let message = Message {
        summary: message(2, MessageStatus::Failed),
        message_id: "<1@feira.example>".to_owned(),
        text: "Olá João,\n\nseu pedido foi confirmado.".to_owned(),
        html: "<p>Olá</p><script>alert(1)</script>".to_owned(),
        last_error: Some("connection refused".to_owned()),
    };
    mailbox::view(frame(lang, "mailbox", ""), message)
}

pub(super) fn books(lang: Lang, balanced: bool) -> BooksPage {
    let total = |account, minor| AccountTotal {
        account,
        total: brl(minor).into(),
    };
    BooksPage {
        p: frame(lang, "books", &lang.text("nav-books")),
        books: Books {
            balanced,
            accounts: vec![
                total(Account::ProviderClearing, 125_970),
                total(Account::SellerPending, -113_572),
                total(Account::PlatformCommission, -12_398),
            ],
            violations: if balanced {
                Vec::new()
            } else {
                vec!["transaction 1 sums to R$0.01".to_owned()]
            },
            transactions: 12_345,
        },
    }
}
