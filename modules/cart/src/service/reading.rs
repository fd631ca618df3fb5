//! Carts as they stand now, and new ones.

use std::collections::BTreeSet;

use feira_catalog::VariantId;
use feira_kernel::{
    Actor, FieldError, IdempotencyKey, ModuleError, MoneyError,
    db::{self, Find},
    idempotency::{self, Keyed},
    token,
    token::TokenHash,
    values,
};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr,
};

use super::{Service, TRIES, contended};
use crate::{
    access::{self, SELF},
    api::{Cart, CartError, CartId, CartOwner, CartStatus, NewCart},
    entities::cart::{self, Column},
    field_codes::TOTAL_TOO_LARGE,
    pricing::{PricedLines, Sellables},
    snapshot::{Row, Snapshot},
    status::Action,
};

impl Service {
    pub(crate) async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError> {
        let owner = access::buyer(actor)?;
        let snapshot = self.owned(id, &owner).await?;
        self.view(snapshot).await
    }

    pub(crate) async fn for_checkout(
        &self,
        actor: &Actor,
        id: CartId,
        owner: CartOwner,
    ) -> Result<Cart, CartError> {
        access::order_only(actor)?;
        let snapshot = self.owned(id, &owner).await?;
        if snapshot.status != CartStatus::Held {
            snapshot.after(Action::Change)?;
        }
        self.view(snapshot).await
    }

    pub(crate) async fn create(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<NewCart, CartError> {
        let keyed = IdempotencyKey::of(key, actor);
        let (snapshot, token) = match actor {
            Actor::Guest { token } => match token {
                Some(token) if self.has_held(token).await? => {
                    let owner = CartOwner::Guest(token.clone());
                    (self.open_cart_of(owner).await?, None)
                }
                _ => {
                    let secret = token::random(&self.env.entropy);
                    let owner = CartOwner::Guest(TokenHash::of(&secret));
                    let inserted = self.insert(owner, None).await?;
                    (inserted.ok_or_else(contended)?, Some(secret))
                }
            },
            _ => {
                let owner = CartOwner::User(access::person(actor)?);
                (self.open_cart_once(owner, keyed.as_ref()).await?, None)
            }
        };
        Ok(NewCart {
            cart: self.view(snapshot).await?,
            token,
        })
    }

    async fn has_held(&self, token: &TokenHash) -> Result<bool, CartError> {
        let held: Option<CartId> = cart::Entity::find()
            .filter(cart::of_guest(token))
            .filter(Column::Status.eq(CartStatus::Held))
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        Ok(held.is_some())
    }

    /// The owner's open cart, made if there is none.
    pub(super) async fn open_cart_of(&self, owner: CartOwner) -> Result<Snapshot, CartError> {
        self.open_cart_once(owner, None).await
    }

    /// The same; with a key that cart again, whatever became of it.
    async fn open_cart_once(
        &self,
        owner: CartOwner,
        keyed: Option<&Keyed>,
    ) -> Result<Snapshot, CartError> {
        for _ in 0..TRIES {
            if let Some(done) = idempotency::earlier(&self.env, keyed).await? {
                return self.find(done).await;
            }
            if let Some(snapshot) = self.find_open(&owner).await? {
                // Changes nothing: the key is kept only if the cart is open still.
                let known = cart::Entity::update_many()
                    .col_expr(Column::Id, Expr::col(Column::Id))
                    .filter(Column::Id.eq(snapshot.id))
                    .filter(Column::Status.eq(CartStatus::Open))
                    .build(DbBackend::Postgres);
                if keyed.is_none() || self.once(keyed, &snapshot.id, known, false).await? {
                    return Ok(snapshot);
                }
            } else if let Some(snapshot) = self.insert(owner.clone(), keyed).await? {
                return Ok(snapshot);
            }
        }
        Err(contended())
    }

    pub(super) async fn find_open(&self, owner: &CartOwner) -> Result<Option<Snapshot>, CartError> {
        let (user, guest) = match owner {
            CartOwner::User(user) => (Some(*user), None),
            CartOwner::Guest(token) => (None, Some(token.0.clone())),
        };
        let sql = include_str!("../sql/read_open_cart.sql");
        let values = values![user, guest, self.env.now(), CartStatus::Open];
        let row: Option<Row> = db::optional(self.env.pool.read(), sql, values).await?;
        row.map(Snapshot::try_from).transpose()
    }

    pub(super) async fn find(&self, id: CartId) -> Result<Snapshot, CartError> {
        let sql = include_str!("../sql/read_cart.sql");
        let row: Option<Row> = db::optional(self.env.pool.read(), sql, values![id]).await?;
        let snapshot: Snapshot = row.ok_or(CartError::NotFound)?.try_into()?;
        if snapshot.expired(self.env.now()) {
            return Err(CartError::NotFound);
        }
        Ok(snapshot)
    }

    /// The cart if it is this owner's.
    pub(super) async fn owned(&self, id: CartId, owner: &CartOwner) -> Result<Snapshot, CartError> {
        let snapshot = self.find(id).await?;
        if snapshot.owner == *owner {
            Ok(snapshot)
        } else {
            Err(CartError::NotFound)
        }
    }

    /// The cart with one question to the catalogue and one to the stores.
    pub(super) async fn view(&self, snapshot: Snapshot) -> Result<Cart, CartError> {
        let mut sellables = Sellables::new();
        self.ask(&mut sellables, snapshot.variants()).await?;
        self.view_with(snapshot, &sellables).await
    }

    /// The same with what the catalogue answered already.
    pub(super) async fn view_with(
        &self,
        snapshot: Snapshot,
        sellables: &Sellables,
    ) -> Result<Cart, CartError> {
        self.quoted(PricedLines::of(snapshot, sellables).map_err(too_large)?)
            .await
    }

    pub(super) async fn quoted(&self, priced: PricedLines) -> Result<Cart, CartError> {
        let requests = priced.requests();
        let quotes = if requests.is_empty() {
            Vec::new()
        } else {
            let quotes = self.stores.quote_shipping(&SELF, requests).await;
            quotes.map_err(CartError::from_neighbour)?
        };
        priced.finish(quotes).map_err(too_large)
    }

    /// Learns of these variants what is not known yet, in one question. Those that are not sold
    /// at all stay unknown.
    pub(super) async fn ask(
        &self,
        known: &mut Sellables,
        variants: BTreeSet<VariantId>,
    ) -> Result<(), CartError> {
        let unknown: Vec<VariantId> = variants
            .into_iter()
            .filter(|variant| !known.contains_key(variant))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let found = self.catalog.sellables(&SELF, unknown).await;
        let found = found.map_err(CartError::from_neighbour)?;
        known.extend(
            found
                .into_iter()
                .map(|sellable| (sellable.variant, sellable)),
        );
        Ok(())
    }
}

pub(super) fn too_large(_: MoneyError) -> CartError {
    let detail = "the total is larger than can be kept";
    FieldError::new("", TOTAL_TOO_LARGE, detail).into()
}
