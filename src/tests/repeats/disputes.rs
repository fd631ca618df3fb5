//! The requests about disputes.

use serde_json::{Value, json};

use super::{
    case::{Body, Case},
    world::World,
};
use crate::support::{Client, numbered_picture};

pub(super) fn to(client: &Client, path: &str, body: Value) -> Case {
    Case {
        client: client.clone(),
        path: path.to_owned(),
        body: Body::Json(body),
    }
}

impl World<'_> {
    pub(super) async fn disputing(&self, route: &str, n: usize) -> Case {
        match route {
            "/api/v1/admin/disputes" => {
                let payment = self.transfer_that_came().await;
                to(&self.operator, route, disputed(&payment, n))
            }
            "/api/v1/admin/disputes/{id}/evidence" | "/api/v1/seller/disputes/{id}/evidence" => {
                let id = self.disputed().await;
                let body = json!({"kind": "explanation", "text": format!("Evidence {n}")});
                to(self.sender(route), &route.replace("{id}", &id), body)
            }
            "/api/v1/admin/disputes/{id}/evidence/file"
            | "/api/v1/seller/disputes/{id}/evidence/file" => {
                let id = self.disputed().await;
                let path = route.replace("{id}", &id);
                let path = format!("{path}?kind=receipt&name=receipt{n}.png");
                Case {
                    body: Body::Raw("image/png", numbered_picture(n)),
                    ..to(self.sender(route), &path, Value::Null)
                }
            }
            "/api/v1/admin/disputes/{id}/send-evidence"
            | "/api/v1/seller/disputes/{id}/send-evidence" => {
                let id = self.disputed().await;
                to(self.sender(route), &route.replace("{id}", &id), json!({}))
            }
            "/api/v1/admin/disputes/{id}/close" => {
                let id = self.disputed().await;
                to(
                    &self.operator,
                    &route.replace("{id}", &id),
                    json!({"won": false}),
                )
            }
            other => panic!("{other} has no case"),
        }
    }

    /// Who sends a request of the route.
    fn sender(&self, route: &str) -> &Client {
        match route.starts_with("/api/v1/admin") {
            true => &self.operator,
            false => &self.a.client,
        }
    }

    /// The payment of a transfer to the first seller's store that came.
    async fn transfer_that_came(&self) -> String {
        let (_, _, payment) = self.transferred().await;
        let paid = format!("/api/v1/admin/payments/{payment}/mark-paid");
        let operator = self.operator.with("idempotency-key", &payment);
        operator.post(&paid, json!({})).await.expect(200);
        self.market.settle().await;
        payment
    }

    /// A dispute of one.
    async fn disputed(&self) -> String {
        let payment = self.transfer_that_came().await;
        let operator = self.operator.with("idempotency-key", &payment);
        let opened = operator.post("/api/v1/admin/disputes", disputed(&payment, self.count));
        let opened = opened.await.expect(201);
        self.market.settle().await;
        opened.str("/dispute/id")
    }
}

/// What an operator says of a payment of which the bank took a real back.
fn disputed(payment: &str, n: usize) -> Value {
    json!({
        "payment_id": payment, "kind": "med", "amount": {"amount": "1.00", "currency": "BRL"},
        "reason": "fraud", "bank_reference": format!("MED {n}"),
    })
}
