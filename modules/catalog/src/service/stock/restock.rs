use feira_kernel::{Actor, Env, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int};
use crate::{CatalogError, ProductId, Restock, StockLine, rules, service::Service, shelf::Shelf};

/// What does not come back is what the sale did not take, whatever its variant's policy is today;
/// where the sale is not named, what is not counted today.
const CLAIM: &str = "\
    WITH made AS (INSERT INTO restocks (key, reason, reference) VALUES ($1, $2, $3) \
                  ON CONFLICT (key) DO NOTHING RETURNING key) \
    SELECT i.variant_id, i.product_id, \
           coalesce(r.uncounted @> jsonb_build_array(jsonb_build_object('variant', i.variant_id)), \
                    i.stock_policy = 'not_counted') AS uncounted \
    FROM made JOIN inventory i ON i.variant_id = ANY($4) LEFT JOIN reservations r ON r.key = $5 \
    ORDER BY i.variant_id FOR UPDATE OF i";

const ADD: &str = "\
    WITH back AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS b (variant_id, quantity, movement)), \
         changed AS (UPDATE inventory i \
                     SET on_hand = i.on_hand + b.quantity, version = i.version + 1, updated_at = $7, \
                         low_told = i.low_told AND i.on_hand + b.quantity - i.reserved <= $8 \
                     FROM back b WHERE i.variant_id = b.variant_id \
                     RETURNING i.variant_id, i.store_id, b.quantity, b.movement) \
    INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, actor, at) \
    SELECT movement, variant_id, store_id, quantity, 0, $4, $5, $6, $7 FROM changed";

#[derive(FromQueryResult)]
struct Locked {
    variant_id: Uuid,
    product_id: Uuid,
    uncounted: bool,
}

#[derive(Clone)]
struct Return {
    env: Env,
    shelf: Shelf,
    request: Restock,
    lines: Vec<StockLine>,
    actor: String,
    threshold: i32,
    now: Time,
}

impl Service {
    pub(crate) async fn put_back(
        &self,
        actor: &Actor,
        request: Restock,
    ) -> Result<(), CatalogError> {
        if !actor.is_system(rules::MAY_SELL) {
            return Err(CatalogError::Forbidden);
        }
        let lines = rules::restock_lines(&request)?;
        let back = Return {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
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
        request.reason.word(),
        request.reference.clone(),
        variants.clone(),
        request.reservation.map(|key| key.0)
    ];
    let locked: Vec<Locked> = db::rows(&**tx, CLAIM, claim).await?;
    if locked.is_empty() {
        // Either the key is known, or it is ours and names no known variant.
        let known = "SELECT EXISTS (SELECT 1 FROM inventory WHERE variant_id = ANY($1))";
        let known: Option<bool> = db::scalar(&**tx, known, values![variants]).await?;
        return match known {
            Some(true) => Ok(()),
            _ => Err(CatalogError::NotFound),
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
        ADD,
        values![
            counted.iter().map(|l| l.variant.0).collect::<Vec<_>>(),
            counted.iter().map(|l| int(l.quantity)).collect::<Vec<_>>(),
            movements,
            request.reason.word(),
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
    back.shelf.moves_stock(tx, products, true);
    Ok(())
}
