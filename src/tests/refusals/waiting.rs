//! What waits for somebody's word: of each of these routes something that it would do.

use crate::repeats::{Body, Case, World};

/// What neither an order nor a person's own things have.
const ROUTES: &[&str] = &[
    "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry",
    "/api/v1/admin/bank-statement-lines/{id}/match",
    "/api/v1/admin/ledger/invoices/{id}/end",
    "/api/v1/admin/refunds/{id}/mark-sent",
    "/api/v1/admin/refunds/{id}/settled",
    "/api/v1/admin/refunds/{id}/withdrawn",
    "/api/v1/admin/refunds/{id}/returned",
    "/api/v1/admin/payments/{id}/splits/{store_order_id}/settled",
    "/api/v1/seller/refunds/{id}/mark-sent",
    "/api/v1/seller/refunds/{id}/withdrawn",
    "/api/v1/seller/refunds/{id}/returned",
    "/api/v1/seller/disputes/{id}/send-evidence",
];

/// A request of each, which nobody has sent.
pub(crate) struct Waiting(Vec<(&'static str, Case)>);

impl Waiting {
    /// In a market whose settings let people take payments, and sellers send evidence.
    pub(crate) async fn of(world: &mut World<'_>) -> Self {
        let mut cases = Vec::new();
        for route in ROUTES {
            world.sign_in().await;
            cases.push((*route, world.case(route).await));
        }
        Self(cases)
    }

    /// Nothing waits any more: each is sent by who may, if nobody has done it meanwhile.
    pub(crate) async fn finish(&self, world: &World<'_>) {
        for (route, case) in &self.0 {
            let by = match route.starts_with("/api/v1/seller") {
                true => &world.a.client,
                false => &world.operator,
            };
            if let Body::Json(body) = &case.body {
                let keyed = by.with("idempotency-key", route);
                let answer = keyed.post(&case.path, body.clone()).await;
                let gone = [404, 409].contains(&answer.status);
                assert!(answer.status < 300 || gone, "{route}: {}", answer.text);
            }
        }
    }

    fn case(&self, route: &str) -> Option<&Case> {
        let mut cases = self.0.iter();
        cases.find(|(of, _)| *of == route).map(|(_, case)| case)
    }

    /// The route's path with the ids of what is there, if it takes one of these.
    pub(crate) fn at(&self, route: &str) -> Option<String> {
        self.case(route).map(|case| case.path.clone())
    }

    /// The payment that its body names.
    pub(crate) fn payment(&self, route: &str) -> Option<String> {
        match &self.case(route)?.body {
            Body::Json(body) => body["payment_id"].as_str().map(str::to_owned),
            Body::Raw(..) => None,
        }
    }
}
