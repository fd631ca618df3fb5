//! What Stripe keeps of connected accounts and of what is transferred to them, as its published library describes
//! them.

use feira_kernel::Time;
use serde_json::{Value, json};

use crate::stripe_book::{Answer, Book, Pairs, error, missing, page, pairs};

const INVALID: &str = "invalid_request_error";

#[derive(Default)]
pub(crate) struct Connect {
    pub(crate) accounts: Vec<Value>,
    pub(crate) transfers: Vec<Value>,
    pub(crate) reversals: Vec<Value>,
    /// Of accounts whose holders took all that was there.
    drained: Vec<String>,
    links: usize,
}

fn number(form: &Pairs, name: &str) -> i64 {
    form[name].parse().unwrap()
}

impl Connect {
    pub(crate) fn open(&mut self, form: &Pairs, now: Time) -> Answer {
        assert_eq!(form["controller[losses][payments]"], "application");
        assert_eq!(form["controller[fees][payer]"], "application");
        for capability in ["transfers", "card_payments"] {
            assert_eq!(
                form[&format!("capabilities[{capability}][requested]")],
                "true"
            );
        }
        if form["country"].len() != 2 {
            return error(400, INVALID, "country_unsupported", "country");
        }
        let account = json!({
            "id": format!("acct_{}", self.accounts.len() + 1), "object": "account",
            "created": now.unix_timestamp(), "country": form["country"], "details_submitted": false,
            "charges_enabled": false, "payouts_enabled": false,
            "capabilities": {"transfers": "inactive", "card_payments": "inactive"},
            "requirements": {
                "currently_due": ["external_account", "tos_acceptance.date"], "past_due": ["external_account"],
                "eventually_due": [], "pending_verification": [], "disabled_reason": "requirements.past_due",
            },
            "metadata": {
                "feira_account": form["metadata[feira_account]"], "feira_store": form["metadata[feira_store]"],
            },
        });
        self.accounts.push(account.clone());
        (200, account)
    }

    fn find(&mut self, id: &str) -> Option<&mut Value> {
        self.accounts.iter_mut().find(|one| one["id"] == id)
    }

    /// As it is then.
    pub(crate) fn set_open(&mut self, id: &str, open: bool) -> Value {
        let account = self.find(id).expect("it was opened");
        account["payouts_enabled"] = json!(open);
        account["capabilities"]["transfers"] = json!(if open { "active" } else { "inactive" });
        if open {
            account["details_submitted"] = json!(true);
        }
        let due: &[&str] = if open { &[] } else { &["company.tax_id"] };
        account["requirements"] = json!({
            "currently_due": due, "past_due": due,
            "disabled_reason": (!open).then_some("requirements.past_due"),
        });
        account.clone()
    }

    pub(crate) fn drain(&mut self, id: &str) {
        self.drained.push(id.to_owned());
    }

    pub(crate) fn account(&mut self, id: &str) -> Answer {
        self.find(id).map_or_else(missing, |one| (200, one.clone()))
    }

    pub(crate) fn accounts_since(&self, query: &Pairs) -> Answer {
        let from = number(query, "created[gte]");
        let since = |one: &&Value| one["created"].as_i64().unwrap() >= from;
        let newest: Vec<&Value> = self.accounts.iter().rev().filter(since).collect();
        page(&newest, query)
    }

    pub(crate) fn link(&mut self, form: &Pairs) -> Answer {
        assert_eq!(form["type"], "account_onboarding");
        assert_eq!(form["refresh_url"], form["return_url"]);
        if self.find(&form["account"]).is_none() {
            return missing();
        }
        self.links += 1;
        let url = format!("https://connect.stripe.example/setup/{}", self.links);
        (
            200,
            json!({"object": "account_link", "url": url, "expires_at": 1_773_000_000}),
        )
    }

    /// Of what the platform has.
    pub(crate) fn send(&mut self, form: &Pairs, there: i64) -> Answer {
        let amount = number(form, "amount");
        let Some(account) = self.find(&form["destination"]) else {
            return error(400, INVALID, "account_invalid", "destination");
        };
        if account["capabilities"]["transfers"] != "active" {
            return error(400, INVALID, "transfers_not_allowed", "destination");
        }
        if amount > there {
            return error(400, INVALID, "balance_insufficient", "");
        }
        let transfer = json!({
            "id": format!("tr_{}", self.transfers.len() + 1), "object": "transfer", "amount": amount,
            "amount_reversed": 0, "currency": form["currency"], "destination": form["destination"],
            "livemode": false, "reversed": false, "source_transaction": null,
            "transfer_group": form["transfer_group"],
            "metadata": {"feira_payout": form["metadata[feira_payout]"]},
        });
        self.transfers.push(transfer.clone());
        (200, transfer)
    }

    /// What went to others and is there still.
    pub(crate) fn sent(&self, currency: &str) -> i64 {
        let of = self.transfers.iter();
        let of = of.filter(|one| one["currency"] == *currency);
        of.map(|one| one["amount"].as_i64().unwrap() - one["amount_reversed"].as_i64().unwrap())
            .sum()
    }

    pub(crate) fn of_group(&self, query: &Pairs) -> Answer {
        let of = &query["transfer_group"];
        let found = self.transfers.iter().rev();
        let found = found.filter(|one| one["transfer_group"] == **of);
        page(&found.collect::<Vec<_>>(), query)
    }

    pub(crate) fn reverse(&mut self, form: &Pairs) -> Answer {
        let amount = number(form, "amount");
        let id = &form["transfer"];
        let Some(transfer) = self.transfers.iter_mut().find(|one| one["id"] == **id) else {
            return missing();
        };
        let back = transfer["amount_reversed"].as_i64().unwrap();
        let whole = transfer["amount"].as_i64().unwrap();
        if back + amount > whole {
            return error(400, INVALID, "", "amount");
        }
        let account = transfer["destination"].as_str().unwrap();
        if self.drained.iter().any(|one| one == account) {
            return error(400, INVALID, "balance_insufficient", "");
        }
        transfer["amount_reversed"] = json!(back + amount);
        transfer["reversed"] = json!(back + amount == whole);
        let reversal = json!({
            "id": format!("trr_{}", self.reversals.len() + 1), "object": "transfer_reversal",
            "amount": amount, "currency": transfer["currency"], "transfer": id,
            "metadata": {"feira_reversal": form["metadata[feira_reversal]"]},
        });
        self.reversals.push(reversal.clone());
        (200, reversal)
    }

    pub(crate) fn reversals_of(&self, id: &str, query: &Pairs) -> Answer {
        if self.transfers.iter().all(|one| one["id"] != id) {
            return missing();
        }
        let found = self.reversals.iter().rev();
        let found = found.filter(|one| one["transfer"] == id);
        page(&found.collect::<Vec<_>>(), query)
    }
}

impl Book {
    /// Of connected accounts.
    pub(crate) fn connected(
        &mut self,
        call: &str,
        (id, query): (&str, &str),
        (key, form): (Option<String>, Pairs),
        now: Time,
    ) -> Answer {
        match call {
            "POST accounts" => self.once(key, form, now, |book, form, now| {
                book.connect.open(form, now)
            }),
            "GET accounts/id" => self.connect.account(id),
            "GET accounts" => self.connect.accounts_since(&pairs(query)),
            "POST account_links" => self.connect.link(&form),
            "POST transfers" => self.once(key, form, now, |book, form, _| {
                let there = book.balance(&form["currency"]);
                book.connect.send(form, there)
            }),
            "GET transfers" => self.connect.of_group(&pairs(query)),
            "POST transfers/reversals" => {
                let mut form = form;
                form.insert("transfer".to_owned(), id.to_owned());
                self.once(key, form, now, |book, form, _| book.connect.reverse(form))
            }
            "GET transfers/reversals" => self.connect.reversals_of(id, &pairs(query)),
            other => panic!("{other} is not asked for"),
        }
    }

    /// What was charged and is not given back, nor sent to others.
    fn balance(&self, currency: &str) -> i64 {
        let sum = |all: &[Value], amount: &str| -> i64 {
            let of = all.iter().filter(|one| one["currency"] == *currency);
            of.filter_map(|one| one[amount].as_i64()).sum()
        };
        sum(&self.intents, "amount_received")
            - sum(&self.refunds, "amount")
            - self.connect.sent(currency)
    }
}
