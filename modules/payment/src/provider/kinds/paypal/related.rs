//! Of which order something is, as it says itself. Fields by PayPal's published library.

use serde::Deserialize;

use super::amounts::Amount;

/// Money that was taken, by itself.
#[derive(Deserialize)]
pub(super) struct Capture {
    pub(super) amount: Option<Amount>,
    supplementary_data: Option<SupplementaryData>,
}

#[derive(Deserialize)]
pub(super) struct SupplementaryData {
    related_ids: Option<RelatedIds>,
}

#[derive(Deserialize)]
struct RelatedIds {
    order_id: Option<String>,
}

impl SupplementaryData {
    pub(super) fn order(&self) -> Option<&str> {
        self.related_ids.as_ref()?.order_id.as_deref()
    }
}

impl Capture {
    /// Of which it is.
    pub(super) fn order(&self) -> Option<&str> {
        self.supplementary_data.as_ref()?.order()
    }
}
