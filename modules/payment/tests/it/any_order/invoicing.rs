//! What stores owe, billed to them, and how that ends.

use feira_kernel::{PageRequest, StoreId};
use feira_payment::{InvoiceEnding, InvoiceStatus, NewInvoice, PaymentError, testing};
use proptest::sample::Index;
use time::Duration;

use super::shop::{HOME, Shop};
use crate::world::operator;

impl Shop<'_> {
    /// What of a store's debt its open invoices ask for: nothing else ends that.
    pub(super) async fn billed(&self, store: StoreId) -> i128 {
        let payments = &self.world().payments;
        let balances = payments.balance(&operator(), Some(store)).await.unwrap();
        let mut home = balances.iter().filter(|one| one.billed.currency() == HOME);
        home.next().map_or(0, |one| one.billed.minor())
    }

    pub(super) async fn bill(&self, store: &Index, share: i64) {
        let store = *store.get(&self.stores);
        let free = self.owed(store).await - self.billed(store).await;
        let due = self.world().env.now() + Duration::days(10);
        let invoice = NewInvoice {
            store,
            amount: testing::brl(Self::part_of(free, share)),
            due_on: due.date().to_string(),
            note: "so it is".to_owned(),
        };
        let payments = &self.market.first().payments;
        match (
            free,
            payments.invoice_debt(&operator(), invoice, None).await,
        ) {
            (1.., Ok(_)) | (..=0, Err(PaymentError::MoreThanOwed)) => {}
            (free, billed) => panic!("{free}: {billed:?}"),
        }
    }

    /// One of those that a store has.
    pub(super) async fn end_invoice(&self, store: &Index, which: &Index, how: u8) {
        let (payments, store) = (&self.world().payments, *store.get(&self.stores));
        let (by, page) = (operator(), PageRequest::first(100));
        let found = payments.debt_invoices(&by, Some(store), page);
        let mut open = found.await.unwrap().items;
        open.retain(|one| one.status == InvoiceStatus::Open);
        if open.is_empty() {
            return;
        }
        let invoice = which.get(&open);
        let note = "so it is".to_owned();
        let ending = match how {
            0 => InvoiceEnding::Paid { reference: note },
            1 => InvoiceEnding::WrittenOff { reason: note },
            _ => InvoiceEnding::Withdrawn { reason: note },
        };
        let before = (self.owed(store).await, self.billed(store).await);
        let ended = payments.end_invoice(&by, invoice.id, ending, None);
        let ended = ended.await.unwrap();
        assert_ne!(ended.status, InvoiceStatus::Open);
        let after = (self.owed(store).await, self.billed(store).await);
        let cents = i128::from(invoice.amount.minor());
        assert_eq!(after.1, before.1 - cents, "{ended:?}");
        if how > 1 {
            assert_eq!(after.0, before.0, "what is withdrawn is still owed");
        }
    }
}
