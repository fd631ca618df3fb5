use feira_kernel::{Time, UserId, db::Secret};
use sea_orm::entity::prelude::*;

use crate::{SavedMethod, SavedMethodId, saved};

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum SavedStatus {
        /// Its holder has not confirmed it yet, or never will.
        Adding = "adding",
        Kept = "kept",
        Removed = "removed",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_methods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedMethodId,
    pub user_id: UserId,
    pub provider: String,
    pub customer: Option<Secret>,
    pub setup: Option<Secret>,
    pub token: Option<Secret>,
    pub status: SavedStatus,
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub expiry_month: Option<i16>,
    pub expiry_year: Option<i16>,
    pub is_default: bool,
    pub removed_at: Option<Time>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

impl Model {
    /// Nothing of one that is not kept.
    pub(crate) fn view(&self, now: Time) -> Option<SavedMethod> {
        if self.status != SavedStatus::Kept {
            return None;
        }
        let (month, year) = (self.expiry_month?, self.expiry_year?);
        Some(SavedMethod {
            id: self.id,
            brand: self.brand.clone()?,
            last4: self.last4.clone()?,
            expiry_month: u8::try_from(month).ok()?,
            expiry_year: u16::try_from(year).ok()?,
            expired: saved::has_expired(month, year, now),
            is_default: self.is_default,
            created_at: self.created_at,
            version: self.version,
        })
    }
}
