use feira_kernel::Time;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operator_invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub expires_at: Time,
    pub used_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
