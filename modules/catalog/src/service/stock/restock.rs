use feira_kernel::{
    Actor, Env, Time,
    db::{self, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{ids, int};
use crate::{
    CatalogError, ProductId, Restock, StockLine, access, entities::inventory,
    product_cache::ProductCache, service::Service, validate::stock,
};

#[derive(FromQueryResult)]
struct Locked {
    variant_id: Uuid,
    product_id: Uuid,
    uncounted: bool,
}

#[derive(Clone)]
struct Return {
    env: Env,
    product_cache: ProductCache,
    request: Restock,
    lines: Vec<StockLine>,
    actor: String,
    threshold: i32,
    now: Time,
}

impl Service {
    pub(crate) async fn restock(
        &self,
        actor: &Actor,
        request: Restock,
    ) -> Result<(), CatalogError> {
        access::sell(actor)?;
        let lines = stock::restock_lines(&request)?;
        let back = Return {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            request,
            lines,
            actor: actor.label(),
            threshold: int(self.settings.low_stock_threshold),
            now: self.env.now(),
        };
        self.env
            .pool
            .transaction(back, |tx, back| Box::pin(put_back_in(tx, back)))
            .await
    }
}

async fn put_back_in(tx: &db::Tx, back: Return) -> Result<(), CatalogError> {
    let Return { request, lines, .. } = &back;
    let variants: Vec<Uuid> = lines.iter().map(|l| l.variant.0).collect();
    let claim = values![
        request.key,
        request.reason.as_str(),
        request.reference.clone(),
        variants.clone(),
        request.reservation.map(|key| key.0)
    ];
    let locked: Vec<Locked> =
        db::rows(&**tx, include_str!("../../sql/claim_restock.sql"), claim).await?;
    if locked.is_empty() {
        // Either the key is known, or it is ours and names no known variant.
        let known = inventory::Entity::find()
            .filter(inventory::Column::VariantId.eq_any(variants))
            .limit(1);
        return match known.row(&**tx).await? {
            Some(_) => Ok(()),
            None => Err(CatalogError::NotFound),
        };
    }
    if locked
        .iter()
        .map(|l| l.variant_id)
        .ne(variants.iter().copied())
    {
        return Err(CatalogError::NotFound);
    }
    let pairs = lines.iter().zip(&locked);
    let counted: Vec<&StockLine> = pairs
        .filter_map(|(line, row)| (!row.uncounted).then_some(line))
        .collect();
    let movements = ids(&back.env, counted.len());
    let added = db::exec(
        &**tx,
        include_str!("../../sql/put_back.sql"),
        values![
            counted.iter().map(|l| l.variant.0).collect::<Vec<_>>(),
            counted.iter().map(|l| int(l.quantity)).collect::<Vec<_>>(),
            movements,
            request.reason.as_str(),
            request.reference.clone(),
            back.actor.clone(),
            back.now,
            back.threshold
        ],
    )
    .await?;
    if usize::try_from(added) != Ok(counted.len()) {
        return Err(CatalogError::Internal("locked stock is gone".to_owned()));
    }
    let products = locked.iter().map(|row| ProductId(row.product_id));
    back.product_cache.moves_stock(tx, products, true);
    Ok(())
}
