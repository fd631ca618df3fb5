//! Cards that Stripe keeps, as its published library describes them.

use serde_json::{Value, json};

use crate::stripe_book::{Answer, Pairs, error, missing};

#[derive(Default)]
pub(crate) struct Saving {
    customers: usize,
    setups: Vec<Value>,
    methods: Vec<Value>,
}

impl Saving {
    pub(crate) fn customer(&mut self, form: &Pairs) -> Answer {
        self.customers += 1;
        let id = format!("cus_{}", self.customers);
        let user = &form["metadata[feira_user]"];
        (
            200,
            json!({"id": id, "object": "customer", "metadata": {"feira_user": user}}),
        )
    }

    pub(crate) fn begin(&mut self, form: &Pairs) -> Answer {
        assert_eq!(
            (&*form["payment_method_types[]"], &*form["usage"]),
            ("card", "on_session")
        );
        let id = format!("seti_{}", self.setups.len() + 1);
        let setup = json!({
            "id": id, "object": "setup_intent", "client_secret": format!("{id}_secret_x"),
            "customer": form["customer"], "payment_method": null, "usage": "on_session",
            "status": "requires_payment_method", "livemode": false,
            "metadata": {"feira_method": form["metadata[feira_method]"]},
        });
        self.setups.push(setup.clone());
        (200, setup)
    }

    /// With its card only where that is asked for.
    pub(crate) fn setup(&self, id: &str, query: &Pairs) -> Answer {
        let found = self.setups.iter().find(|one| one["id"] == id);
        let Some(mut setup) = found.cloned() else {
            return missing();
        };
        let whole = query
            .get("expand[]")
            .is_some_and(|what| what == "payment_method");
        let method = setup["payment_method"].as_str().map(str::to_owned);
        if let Some(method) = method.filter(|_| whole) {
            setup["payment_method"] = self.method(&method).1;
        }
        (200, setup)
    }

    pub(crate) fn confirm(&mut self, client_secret: &str, (month, year): (i64, i64)) {
        let of_secret = |one: &&mut Value| one["client_secret"] == client_secret;
        let setup = self.setups.iter_mut().find(of_secret);
        let setup = setup.expect("it was begun");
        let id = format!("pm_kept_{}", self.methods.len() + 1);
        self.methods.push(json!({
            "id": id, "object": "payment_method", "type": "card", "customer": setup["customer"],
            "card": {"brand": "visa", "last4": "4242", "exp_month": month, "exp_year": year},
        }));
        setup["status"] = json!("succeeded");
        setup["payment_method"] = json!(id);
    }

    pub(crate) fn method(&self, id: &str) -> Answer {
        let found = self.methods.iter().find(|one| one["id"] == id);
        found.map_or_else(missing, |one| (200, one.clone()))
    }

    /// What is nobody's cannot be detached.
    pub(crate) fn detach(&mut self, id: &str) -> Answer {
        let found = self.methods.iter_mut().find(|one| one["id"] == id);
        match found {
            None => missing(),
            Some(method) if method["customer"].is_null() => {
                error(400, "invalid_request_error", "", "")
            }
            Some(method) => {
                method["customer"] = Value::Null;
                (200, method.clone())
            }
        }
    }

    pub(crate) fn is_of(&self, method: &str, customer: Option<&String>) -> bool {
        let found = self.methods.iter().find(|one| one["id"] == method);
        found.is_some_and(|one| one["customer"].as_str() == customer.map(String::as_str))
    }

    pub(crate) fn keeps(&self) -> (usize, usize) {
        let kept = self.methods.iter().filter(|one| !one["customer"].is_null());
        (self.customers, kept.count())
    }
}

/// The plan that was selected, if one was.
pub(crate) fn plan(form: &Pairs) -> Value {
    let of = |name: &str| form.get(&format!("payment_method_options[card][installments]{name}"));
    let Some(count) = of("[plan][count]") else {
        assert!(of("[enabled]").is_none());
        return Value::Null;
    };
    assert_eq!(of("[enabled]").unwrap(), "true");
    assert_eq!(of("[plan][type]").unwrap(), "fixed_count");
    assert_eq!(of("[plan][interval]").unwrap(), "month");
    let count: u64 = count.parse().unwrap();
    json!({"card": {"installments": {"plan": {"count": count}}}})
}
