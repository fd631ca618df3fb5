use feira_kernel::db::{self, Change, Find};
use sea_orm::{ActiveValue::NotSet, EntityTrait, Set, sea_query::OnConflict};

use super::{
    Gateway,
    entities::milestone::{ActiveModel, Column, Entity},
};

impl Gateway {
    /// Whether this installation has come there.
    pub async fn has_reached(&self, name: &str) -> Result<bool, db::Error> {
        let found = Entity::find_by_id(name).row(self.env.pool.read()).await?;
        Ok(found.is_some())
    }

    /// Remembers it for good; once more changes nothing.
    pub async fn reach(&self, name: &str) -> Result<(), db::Error> {
        let row = ActiveModel {
            name: Set(name.to_owned()),
            created_at: NotSet,
        };
        let once = OnConflict::column(Column::Name).do_nothing().to_owned();
        Entity::insert(row)
            .on_conflict(once)
            .run(self.env.pool.write())
            .await
            .map(drop)
    }
}
