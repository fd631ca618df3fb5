//! Sub-accounts as Woovi keeps them: by PIX key, credited when a charge that is split to them is paid.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::stub::Answer;

#[derive(Default)]
pub(super) struct Accounts {
    /// Cents by key.
    pub(super) all: BTreeMap<String, i64>,
    withdrawn: usize,
    /// Says nothing of splits: when a charge is made, and when it is looked at.
    pub(super) silent_made: bool,
    pub(super) silent: bool,
    /// Says that it sends to another key.
    pub(super) elsewhere: bool,
}

fn refused() -> Answer {
    (400, json!({"error": "in words"}))
}

/// As a path has it.
fn plain(key: &str) -> String {
    key.replace("%40", "@").replace("%2B", "+")
}

fn told(key: &str, balance: i64) -> Answer {
    let account = json!({"name": "Loja", "pixKey": key, "balance": balance});
    (200, json!({ "SubAccount": account }))
}

impl Accounts {
    pub(super) fn register(&mut self, asked: &Value) -> Answer {
        let key = asked["pixKey"].as_str().unwrap();
        assert!(!asked["name"].as_str().unwrap().is_empty());
        if self.all.contains_key(key) {
            return refused();
        }
        self.all.insert(key.to_owned(), 0);
        told(key, 0)
    }

    pub(super) fn look(&self, id: &str, missing: Answer) -> Answer {
        let key = plain(id);
        let found = self.all.get(&key);
        found.map_or(missing, |balance| told(&key, *balance))
    }

    /// All that is there.
    pub(super) fn withdraw(&mut self, id: &str, missing: Answer) -> Answer {
        let key = plain(id);
        match self.all.get_mut(&key) {
            None => missing,
            Some(0) => refused(),
            Some(balance) => {
                let value = std::mem::take(balance);
                self.withdrawn += 1;
                let alias = if self.elsewhere {
                    "other@feira.example"
                } else {
                    key.as_str()
                };
                let sent = json!({
                    "status": "CREATED", "value": value, "destinationAlias": alias,
                    "correlationID": format!("withdrawal-{}", self.withdrawn), "comment": "",
                });
                (200, json!({"withdraw": {"account": sent}}))
            }
        }
    }

    /// Refuses an account that it does not know, and parts of more than the whole.
    pub(super) fn split(&self, charge: &mut Value, splits: &Value) -> Option<Answer> {
        let splits = splits.as_array()?;
        let known = |one: &Value| self.all.contains_key(one["pixKey"].as_str().unwrap());
        let sum: i64 = splits
            .iter()
            .map(|one| one["value"].as_i64().unwrap())
            .sum();
        let kinds = splits
            .iter()
            .all(|one| one["splitType"] == "SPLIT_SUB_ACCOUNT");
        if !splits.iter().all(known) || sum > charge["value"].as_i64().unwrap() || !kinds {
            return Some(refused());
        }
        charge["splits"] = json!(splits);
        None
    }

    /// As it says of a charge.
    pub(super) fn shown(charge: &Value, silent: bool) -> Value {
        let mut shown = charge.clone();
        if let (true, Some(fields)) = (silent, shown.as_object_mut()) {
            fields.remove("splits");
        }
        shown
    }

    pub(super) fn credit(&mut self, splits: &Value) {
        for one in splits.as_array().into_iter().flatten() {
            let balance = self.all.get_mut(one["pixKey"].as_str().unwrap()).unwrap();
            *balance += one["value"].as_i64().unwrap();
        }
    }
}
