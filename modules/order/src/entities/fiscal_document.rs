use feira_files::DocumentKind;
use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::api::StoreOrderId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fiscal_documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_order_id: StoreOrderId,
    pub key: String,
    pub series: i32,
    pub number: i32,
    pub media_type: Option<DocumentKind>,
    /// Of a release that kept files in this table.
    pub file: Option<Vec<u8>>,
    /// Under which the file is kept.
    pub file_key: Option<String>,
    pub added_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
