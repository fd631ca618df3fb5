//! Events x who must hear of them x what that must name and link to, in both languages: nobody is told
//! of anything else, every event that is heard has its row, and so has every kind of message.

use std::collections::BTreeSet;

use feira_kernel::{StoreId, UserId};
use feira_notification::{LegFacts, MessageSummary, PayFacts, kinds, testing::order_facts};
use feira_store::Role;
use serde_json::json;
use time::macros::datetime;

use crate::support::{SentMail, World};

#[path = "told/disputes.rs"]
mod disputes;
#[path = "told/table.rs"]
mod table;
#[path = "told/words.rs"]
mod words;

use table::{CODE, REASON, Row, TXID, Told, orders, table};
use words::{ENGLISH, PORTUGUESE, Words};

const BASE: &str = "https://shop.example.com:8443";
/// Its table of events says who hears each.
const README: &str = include_str!("../../../README.md");

/// A store with its owner, staff and a manager; a buyer with an account; an operator; and the orders.
fn people(world: &World, locale: &str) -> (StoreId, UserId, UserId) {
    let [owner, staff, manager, person] = [1, 2, 3, 7].map(|n| world.person(n, locale));
    world.users.add(feira_user::User {
        roles: vec!["admin".to_owned()],
        locale: locale.to_owned(),
        ..feira_user::testing::person(9)
    });
    let mut casa = feira_store::testing::store("Casa");
    casa.owner = owner;
    casa.status_reason = Some(REASON.to_owned());
    let store = world.stores.add(casa);
    world.stores.add_member(store, staff, Role::Staff);
    world.stores.add_member(store, manager, Role::Manager);
    let [_, persons, unpaid, to_store] = orders();
    for order in orders() {
        let mut facts = order_facts(order, locale, &[(store, "Casa")]);
        facts.pay = Some(PayFacts::Pix {
            code: CODE.to_owned(),
        });
        facts.parts[0].shipments = vec![("Correios".to_owned(), "BR123456789BR".to_owned())];
        facts.parts[0].paid = order != unpaid && order != to_store;
        if order == to_store {
            facts.pay = Some(PayFacts::ToStores {});
            facts.parts[0].to_store = true;
            facts.parts[0].leg = Some(LegFacts {
                code: Some(CODE.to_owned()),
                account: Vec::new(),
                statement: Some(TXID.to_owned()),
            });
        }
        if order == persons {
            facts.user = Some(person);
            facts.order_token = Some("her-token".to_owned());
        }
        world.orders.put(facts);
    }
    (store, owner, person)
}

/// Those that notification hears, and the others, by the README.
fn events_of_the_readme() -> (BTreeSet<String>, Vec<String>) {
    let (_, table) = README
        .split_once("| event | published when | heard by |\n|---|---|---|\n")
        .expect("the table of events");
    let (mut heard, mut others) = (BTreeSet::new(), Vec::new());
    for line in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let name = format!("{}.v1", cells[0].trim_matches('`'));
        match cells[2].split(", ").any(|hearer| hearer == "notification") {
            true => drop(heard.insert(name)),
            false => others.push(name),
        }
    }
    (heard, others)
}

/// The messages that were not there before.
async fn new(world: &World, seen: &mut BTreeSet<String>) -> Vec<MessageSummary> {
    world.settle().await;
    let mut messages = world.all().await;
    messages.retain(|message| seen.insert(message.id.to_string()));
    messages
}

fn is_as_the_table_says(
    row: Row,
    messages: &[MessageSummary],
    letters: &[SentMail],
    words: &Words,
) {
    let Row { event, told, .. } = row;
    let mut expected = BTreeSet::new();
    for Told(kind, to, names, link) in told {
        let link = format!("{BASE}{link}");
        for to in to {
            expected.insert((kind, *to));
            let mut of_kind = messages.iter();
            let message = of_kind.find(|m| m.kind == kind && m.recipient == *to);
            let message = message.unwrap_or_else(|| panic!("{event}: no {kind} to {to}"));
            let own = message.id.to_string();
            let letter = letters.iter().find(|l| l.id.starts_with(&own)).unwrap();
            let said = format!("{}\n{}", letter.subject, letter.text);
            for name in names.iter().chain([&words.footer]) {
                assert!(
                    said.contains(name),
                    "{event}, {kind}: {name:?} is not in {said}"
                );
            }
            assert!(
                said.contains(&format!("{link}\n")),
                "{event}, {kind}: {said}"
            );
            assert!(letter.html.contains(&format!("\"{link}\"")), "{kind}");
        }
    }
    let all = messages.iter();
    let all: Vec<_> = all
        .map(|m| (m.kind.as_str(), m.recipient.as_str()))
        .collect();
    assert_eq!(all.len(), expected.len(), "{event}: {all:?}");
    assert_eq!(BTreeSet::from_iter(all), expected, "{event}");
}

async fn everybody_is_told(world: &World, words: &Words) {
    world.db.clock().set(datetime!(2026-03-02 15:00 UTC));
    let (store, owner, person) = people(world, words.locale);
    let (mut seen, mut events, mut of_kind) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut rows = table(words, store, owner, person);
    rows.extend(disputes::of_disputes(words, store));
    for row in rows {
        world.event(row.event, row.payload.clone()).await;
        let messages = new(world, &mut seen).await;
        events.insert(row.event.to_owned());
        of_kind.extend(messages.iter().map(|message| message.kind.clone()));
        is_as_the_table_says(row, &messages, &world.letters(), words);
    }
    let (heard, others) = events_of_the_readme();
    assert_eq!(events, heard, "a row for each event");
    assert_eq!(of_kind, kinds().map(str::to_owned).collect());
    for name in others {
        world.event(&name, json!({})).await;
        let messages = new(world, &mut seen).await;
        assert!(messages.is_empty(), "{name}: {messages:?}");
    }
}

#[feira_testkit::test("notifications")]
async fn everybody_is_told_in_english(world: World) {
    everybody_is_told(&world, &ENGLISH).await;
}

#[feira_testkit::test("notifications")]
async fn everybody_is_told_in_portuguese(world: World) {
    everybody_is_told(&world, &PORTUGUESE).await;
}
