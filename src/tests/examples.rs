//! One real answer of every GET of the document, and of every kind of thing that something else answers. The API's
//! crate keeps them, and its document shows them as examples.

use std::{collections::BTreeSet, fs, path::Path};

use feira_testkit::TestDb;
use serde_json::{Value, json};

use crate::{
    refusals::{fixtures::Fixtures, things::Things},
    repeats::World,
    support::{Answer, BY_HAND, Market, Names},
};

mod bodies;
mod made;
mod orders;
mod table;

use orders::Orders;

const ANSWERS: &str = "../api/src/openapi/answers";

/// The type and the schema of what an operation answers, when it is done, if that is text.
fn answered(operation: &Value) -> Option<(&str, &Value)> {
    let responses = operation["responses"].as_object()?.iter();
    let mut done = responses.filter(|(status, _)| status.starts_with('2'));
    let content = done.next()?.1["content"].as_object()?;
    let mut texts = ["application/json", "text/csv"].into_iter();
    texts.find_map(|kind| Some((kind, &content.get(kind)?["schema"])))
}

/// What was answered, by the names of its operations.
struct Kept {
    document: Value,
    /// Where this market is: another place in each run.
    url: String,
    names: BTreeSet<String>,
    /// What is not as it should be.
    wrong: Vec<String>,
}

impl Kept {
    fn operation(&self, method: &str, path: &str) -> &Value {
        &self.document["paths"][path][method]
    }

    /// Compares it with the answer that was kept of this operation.
    fn keep(&mut self, (method, path): (&str, &str), answer: &Answer) {
        if answer.status >= 300 {
            let what = format!("{method} {path}: {} {}", answer.status, answer.text);
            self.wrong.push(what);
            return;
        }
        let operation = self.operation(method, path);
        let (kind, _) = answered(operation).expect("a text");
        let name = operation["operationId"].as_str().expect("a name");
        let name = name.to_owned();
        let mut json = match kind {
            "text/csv" => json!({"items": table::rows(&answer.text)}),
            _ => answer.json.clone(),
        };
        if let Some(items) = items(&mut json) {
            if items.is_empty() {
                self.wrong.push(format!("{name} is a list of nothing"));
            }
            // One is enough to see what they have.
            let fullest = items.drain(..).max_by_key(|item| {
                let text = without_names(item);
                (text.len(), text)
            });
            items.extend(fullest);
        }
        if let Some(cursor) = json.get_mut("next_cursor") {
            cursor.take();
        }
        sort(&mut json);
        Names::default().replace(&mut json);
        let text = json.to_string().replace(&self.url, "https://feira.example");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(ANSWERS);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!(&*name, json));
        assert!(self.names.insert(name), "{method} {path} is kept already");
    }
}

fn items(json: &mut Value) -> Option<&mut Vec<Value>> {
    match json {
        Value::Array(items) => Some(items),
        other => other.get_mut("items")?.as_array_mut(),
    }
}

/// What it says, whatever its ids and times are.
fn without_names(item: &Value) -> String {
    let mut item = item.clone();
    Names::default().replace(&mut item);
    item.to_string()
}

/// Each list of things by what they say: in which order those of one moment come is chance.
fn sort(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(sort),
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            if items.iter().all(Value::is_object) {
                items.sort_by_cached_key(without_names);
            }
        }
        _ => {}
    }
}

/// The schemas that GETs answer.
fn of_gets(document: &Value) -> BTreeSet<String> {
    let items = document["paths"].as_object().expect("paths").values();
    let answers = items.filter_map(|item| answered(&item["get"]));
    answers.map(|(_, schema)| schema.to_string()).collect()
}

#[feira_testkit::test]
async fn every_answer_is_as_it_was_published(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let mut world = World::of(&market).await;
    let fixtures = Fixtures::of(&mut world).await;
    fixtures.finish(&world).await;
    let document = market.document().await;
    let mut kept = Kept {
        document: document.clone(),
        url: market.url.replace("127.0.0.1", "localhost"),
        names: BTreeSet::new(),
        wrong: Vec::new(),
    };
    made::keep(&mut world, &mut kept, of_gets(&document)).await;
    world.sign_in().await;
    let orders = Orders::of(&mut world).await;
    let things = Things::of(&market, &world.buyer, &world.a).await;
    made::told(&world).await;
    let paths = document["paths"].as_object().expect("paths");
    for (path, item) in paths {
        if answered(&item["get"]).is_none() {
            continue;
        }
        let client = match path {
            p if p.starts_with("/api/v1/seller") => &world.a.client,
            p if p.starts_with("/api/v1/admin") => &world.operator,
            _ => &world.buyer,
        };
        let at = orders.at(path).or_else(|| fixtures.at(path, &things));
        let at = at.as_ref().unwrap_or(path);
        let query = made::query(path, &item["get"]);
        let answer = client.get(&format!("{at}?{query}")).await;
        kept.keep(("get", path), &answer);
    }
    assert!(kept.wrong.is_empty(), "{:#?}", kept.wrong);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests");
    let there = fs::read_dir(folder.join(ANSWERS)).expect("the answers");
    let there = there.filter_map(|entry| {
        let name = entry.expect("a file").file_name();
        name.to_str()?.strip_suffix(".snap").map(str::to_owned)
    });
    assert_eq!(kept.names, there.collect(), "an answer that nobody gives");
    market.stop().await;
}
