//! A signed-in person takes over the carts of a guest token. Commits are durable, because the client
//! drops the guest token after the answer.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, IdempotencyKey, ModuleError as _, StoreId, Time, UserId,
    db::{self, Change as _},
    idempotency::{self, Keyed},
    token::TokenHash,
};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryTrait, Set,
    sea_query::{Expr, Query},
};

use super::{
    Service, TRIES, contended,
    merging::{Cause, ClaimOutcome, Merged},
};
use crate::{
    access::{self, SELF},
    api::{CartError, CartId, CartOwner, CartStatus, Claimed},
    entities::cart::{self, Column},
    merge,
    pricing::Sellables,
    snapshot::Snapshot,
};

impl Service {
    pub(crate) async fn claim(
        &self,
        actor: &Actor,
        id: CartId,
        token: TokenHash,
        key: Option<IdempotencyKey>,
    ) -> Result<Claimed, CartError> {
        let user = access::person(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        let guest = CartOwner::Guest(token.clone());
        for _ in 0..TRIES {
            if let Some(ClaimOutcome { cart, report }) =
                idempotency::earlier(&self.env, keyed.as_ref()).await?
            {
                let cart = self.owned(cart, &CartOwner::User(user)).await?;
                let cart = self.view(cart).await?;
                return Ok(Claimed { cart, report });
            }
            let named = self.find(id).await?;
            let (status, hers) = (named.status, named.owner == CartOwner::User(user));
            if !hers && named.owner != guest {
                return Err(CartError::NotFound);
            }
            if hers && status == CartStatus::Open {
                return self.claimed(named).await;
            }
            self.transfer_held(&token, user).await?;
            // Of a held or an ended cart it is the one in which the guest went on.
            let open = match status {
                CartStatus::Open => Some(named),
                _ => self.find_open(&guest).await?,
            };
            let done = match open {
                Some(open) => self.take_over(open, user, keyed.as_ref()).await?,
                None if status == CartStatus::Completed => return Err(CartError::Closed),
                None => {
                    let own = self.open_cart_of(CartOwner::User(user)).await?;
                    Some(self.claimed(own).await?)
                }
            };
            if let Some(claimed) = done {
                return Ok(claimed);
            }
        }
        Err(contended())
    }

    /// The answer when the cart is the person's already.
    async fn claimed(&self, own: Snapshot) -> Result<Claimed, CartError> {
        Ok(Claimed {
            cart: self.view(own).await?,
            report: Vec::new(),
        })
    }

    /// Transfers carts that are held for unpaid orders unchanged, so that their lines return to the
    /// person if an order ends.
    async fn transfer_held(&self, token: &TokenHash, user: UserId) -> Result<(), CartError> {
        cart::Entity::update_many()
            .set(transferred(user, self.env.now()))
            .col_expr(Column::Version, cart::next_version())
            .filter(cart::of_guest(token))
            .filter(Column::Status.eq(CartStatus::Held))
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// Merges the guest's open cart into the person's, or transfers it if there is none. `None` if one
    /// of them changed meanwhile.
    async fn take_over(
        &self,
        guest: Snapshot,
        user: UserId,
        keyed: Option<&Keyed>,
    ) -> Result<Option<Claimed>, CartError> {
        let Some(own) = self.find_open(&CartOwner::User(user)).await? else {
            return self.transfer(guest, user, keyed).await;
        };
        let mut sellables = Sellables::new();
        let mut variants = own.variants();
        variants.extend(guest.variants());
        self.ask(&mut sellables, variants).await?;
        let offers = self.offers(&guest, &sellables).await?;
        let cause = Cause::Claim(&offers, keyed);
        let Some(Merged { after, report }) = self.merge(own, guest, cause).await? else {
            return Ok(None);
        };
        let cart = self.view_with(after, &sellables).await?;
        Ok(Some(Claimed { cart, report }))
    }

    /// What can be bought now of the guest's lines, by the state of its store.
    async fn offers(
        &self,
        guest: &Snapshot,
        sellables: &Sellables,
    ) -> Result<Sellables, CartError> {
        let lines = guest.items.iter();
        let mut offers: Sellables = lines
            .filter_map(|line| Some((line.variant, sellables.get(&line.variant)?.clone())))
            .collect();
        let asked: BTreeSet<StoreId> = offers.values().map(|sellable| sellable.store).collect();
        let stores = self.stores.stores(&SELF, Vec::from_iter(asked)).await;
        let stores = stores.map_err(CartError::from_neighbour)?;
        let open = stores.iter().filter(|store| store.status.is_purchasable());
        let open: BTreeSet<StoreId> = open.map(|store| store.id).collect();
        offers.retain(|_, sellable| open.contains(&sellable.store));
        Ok(offers)
    }

    /// Makes the guest's cart the person's; `None` if it changed, or the person has an open one by now.
    async fn transfer(
        &self,
        guest: Snapshot,
        user: UserId,
        keyed: Option<&Keyed>,
    ) -> Result<Option<Claimed>, CartError> {
        let report = merge::moved(&guest);
        let outcome = ClaimOutcome {
            cart: guest.id,
            report: report.clone(),
        };
        let open = Query::select()
            .column(Column::Id)
            .from(cart::Entity)
            .and_where(Column::UserId.eq(user))
            .and_where(cart::is(CartStatus::Open))
            .to_owned();
        let transfer = cart::Entity::update_many()
            .set(cart::ActiveModel {
                version: Set(guest.version + 1),
                ..transferred(user, self.env.now())
            })
            .filter(Column::Id.eq(guest.id))
            .filter(Column::Version.eq(guest.version))
            .filter(Column::Status.eq(CartStatus::Open))
            .filter(Expr::not_exists(open))
            .build(DbBackend::Postgres);
        if !was_written(self.once(keyed, &outcome, transfer, true).await)? {
            return Ok(None);
        }
        let own = Snapshot {
            owner: CartOwner::User(user),
            expires_at: None,
            version: guest.version + 1,
            ..guest
        };
        let cart = self.view(own).await?;
        Ok(Some(Claimed { cart, report }))
    }
}

/// The columns that change when a guest's cart becomes a person's.
fn transferred(user: UserId, now: Time) -> cart::ActiveModel {
    cart::ActiveModel {
        user_id: Set(Some(user)),
        guest_token_hash: Set(None),
        expires_at: Set(None),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// Whether the row was written; `false` also if a concurrent request opened another cart of the person,
/// of which a unique index allows one.
pub(super) fn was_written(written: Result<bool, db::Error>) -> Result<bool, CartError> {
    match written {
        Ok(written) => Ok(written),
        Err(error) if error.violates("carts_one_open_per_user") => Ok(false),
        Err(error) => Err(error.into()),
    }
}
