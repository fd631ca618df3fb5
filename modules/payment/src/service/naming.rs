//! Payments by what banks and providers call them.

use feira_kernel::{Actor, Ref, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Service;
use crate::{PaymentError, Reference, access};

/// What is shorter names nothing of ours, what is longer nobody's.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=100;

#[derive(FromQueryResult)]
struct Found {
    reference: Uuid,
}

impl Service {
    pub(crate) async fn references_named(
        &self,
        actor: &Actor,
        text: String,
    ) -> Result<Vec<Reference>, PaymentError> {
        access::order(actor)?;
        let text = text.trim();
        let one_word = text.chars().all(|c| c.is_ascii_graphic());
        if !one_word || !LENGTHS.contains(&text.len()) {
            return Ok(Vec::new());
        }
        let id: Option<Uuid> = text.parse().ok();
        let found: Vec<Found> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/references_named.sql"),
            values![text.to_owned(), text.to_ascii_uppercase(), id],
        )
        .await?;
        Ok(found
            .into_iter()
            .map(|row| Ref::new(row.reference))
            .collect())
    }
}
