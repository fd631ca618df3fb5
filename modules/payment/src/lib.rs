//! Taking money, the ledger, and paying stores.

mod access;
mod api;
pub mod br_code;
mod machine;
mod reversal;
mod rules;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use api::*;

#[cfg(test)]
mod fake_tests {
    use std::sync::Arc;

    use crate::{Payment, Payments, testing};

    struct Fake(testing::FakePayments);

    #[async_trait::async_trait]
    impl testing::Subject for Fake {
        fn payments(&self) -> Arc<dyn Payments> {
            Arc::new(self.0.clone())
        }
        async fn pay(&self, payment: &Payment) {
            self.0.capture(payment.reference);
        }
    }

    #[tokio::test]
    async fn the_fake_keeps_the_contract() {
        testing::contract(&Fake(testing::FakePayments::new())).await;
    }
}
