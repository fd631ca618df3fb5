//! A person takes over the carts that she filled as a guest. All of it waits for the disk: her
//! client forgets the guest's token once it is answered.

use feira_kernel::{
    Actor, IdempotencyKey, Time, UserId,
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
    access,
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
            self.give_held(&token, user).await?;
            // Of a held or an ended cart it is the one in which the guest went on.
            let open = match status {
                CartStatus::Open => Some(named),
                _ => self.find_open(&guest).await?,
            };
            let done = match open {
                Some(open) => self.take(open, user, keyed.as_ref()).await?,
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

    /// There is nothing left to do.
    async fn claimed(&self, own: Snapshot) -> Result<Claimed, CartError> {
        Ok(Claimed {
            cart: self.view(own).await?,
            report: Vec::new(),
        })
    }

    /// Carts whose orders wait for their payment become hers as they are: should one end, its
    /// lines come back to her.
    async fn give_held(&self, token: &TokenHash, user: UserId) -> Result<(), CartError> {
        cart::Entity::update_many()
            .set(given(user, self.env.now()))
            .col_expr(Column::Version, cart::next_version())
            .filter(cart::of_guest(token))
            .filter(Column::Status.eq(CartStatus::Held))
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// The open cart of the guest; `None` if something changed meanwhile.
    async fn take(
        &self,
        guest: Snapshot,
        user: UserId,
        keyed: Option<&Keyed>,
    ) -> Result<Option<Claimed>, CartError> {
        let Some(own) = self.find_open(&CartOwner::User(user)).await? else {
            return self.give(guest, user, keyed).await;
        };
        let mut sellables = Sellables::new();
        let mut variants = own.variants();
        variants.extend(guest.variants());
        self.ask(&mut sellables, variants).await?;
        let cause = Cause::Claim(&sellables, keyed);
        let Some(Merged { after, report }) = self.merge(own, guest, cause).await? else {
            return Ok(None);
        };
        let cart = self.view_with(after, &sellables).await?;
        Ok(Some(Claimed { cart, report }))
    }

    /// The guest's cart becomes hers; `None` if it changed, or if she has an open one by now.
    async fn give(
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
        let give = cart::Entity::update_many()
            .set(cart::ActiveModel {
                version: Set(guest.version + 1),
                ..given(user, self.env.now())
            })
            .filter(Column::Id.eq(guest.id))
            .filter(Column::Version.eq(guest.version))
            .filter(Column::Status.eq(CartStatus::Open))
            .filter(Expr::not_exists(open))
            .build(DbBackend::Postgres);
        if !won(self.once(keyed, &outcome, give, true).await)? {
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

/// What changes of a guest's cart that becomes a person's.
fn given(user: UserId, now: Time) -> cart::ActiveModel {
    cart::ActiveModel {
        user_id: Set(Some(user)),
        guest_token_hash: Set(None),
        expires_at: Set(None),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// Whether the one row was written. It is not if its person opened another cart at this moment: a
/// unique index allows one.
pub(super) fn won(written: Result<bool, db::Error>) -> Result<bool, CartError> {
    match written {
        Ok(written) => Ok(written),
        Err(error) if error.violates("carts_one_open_per_user") => Ok(false),
        Err(error) => Err(error.into()),
    }
}
