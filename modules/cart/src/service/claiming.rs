//! A person takes over the carts that she filled as a guest.

use feira_kernel::{
    Actor, IdempotencyKey, UserId, db,
    idempotency::{self, Keyed},
    token::TokenHash,
    values,
};
use serde::{Deserialize, Serialize};

use super::{Service, TRIES, crowded};
use crate::{
    access,
    api::{CartError, CartId, CartOwner, CartStatus, Claimed, MergedLine},
    merge,
    snapshot::Snapshot,
    status::Action,
};

/// What a repeat of a claim is told.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) cart: CartId,
    pub(super) report: Vec<MergedLine>,
}

impl Service {
    pub(super) async fn claim_cart(
        &self,
        actor: &Actor,
        mut id: CartId,
        token: TokenHash,
        key: Option<IdempotencyKey>,
    ) -> Result<Claimed, CartError> {
        let user = access::person(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        for _ in 0..TRIES {
            if let Some(Outcome { cart, report }) =
                idempotency::earlier(&self.env, keyed.as_ref()).await?
            {
                let cart = self.owned(cart, &CartOwner::User(user)).await?;
                let cart = self.view(cart).await?;
                return Ok(Claimed { cart, report });
            }
            let guest = self.find(id).await?;
            if guest.owner == CartOwner::User(user) {
                // Claimed before, when she had no other cart, or while it was held.
                if guest.status != CartStatus::Held {
                    guest.after(Action::Change)?;
                }
                return self.claimed(guest).await;
            }
            if guest.owner != CartOwner::Guest(token.clone()) {
                return Err(CartError::NotFound);
            }
            self.give_held(&token, user).await?;
            let done = match (guest.status, guest.continued_in) {
                (CartStatus::Held, _) => None,
                (CartStatus::Merged, Some(next)) if self.is_guests(next, &token).await? => {
                    id = next;
                    None
                }
                (CartStatus::Merged, _) => {
                    let own = self.open_cart_of(CartOwner::User(user)).await?;
                    Some(self.claimed(own).await?)
                }
                (CartStatus::Open | CartStatus::Completed, _) => {
                    self.take(guest, user, keyed.as_ref()).await?
                }
            };
            if let Some(claimed) = done {
                return Ok(claimed);
            }
        }
        Err(crowded())
    }

    /// There is nothing left to do.
    async fn claimed(&self, own: Snapshot) -> Result<Claimed, CartError> {
        Ok(Claimed {
            cart: self.view(own).await?,
            report: Vec::new(),
        })
    }

    /// Whether that cart is still the guest's own.
    async fn is_guests(&self, id: CartId, token: &TokenHash) -> Result<bool, CartError> {
        match self.find(id).await {
            Ok(cart) => Ok(cart.owner == CartOwner::Guest(token.clone())),
            Err(CartError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Carts whose orders wait for their payment become hers as they are: should one end, its
    /// lines come back to her.
    async fn give_held(&self, token: &TokenHash, user: UserId) -> Result<(), CartError> {
        db::exec(
            self.env.pool.relaxed(),
            "UPDATE carts SET user_id = $2, guest_token_hash = NULL, expires_at = NULL, \
                 version = version + 1, updated_at = $3 \
             WHERE guest_token_hash = $1 AND status = 'held'",
            values![token.0.clone(), user, self.env.now()],
        )
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
        guest.after(Action::Merge)?;
        let Some(own) = self.find_open(&CartOwner::User(user)).await? else {
            return self.give(guest, user, keyed).await;
        };
        let Some(merged) = self.merge(own, guest, keyed).await? else {
            return Ok(None);
        };
        let cart = self.view_with(merged.after, &merged.sellables).await?;
        let report = merged.report;
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
        let outcome = Outcome {
            cart: guest.id,
            report: report.clone(),
        };
        let sql = "UPDATE carts SET user_id = $3, guest_token_hash = NULL, expires_at = NULL, \
                 version = version + 1, updated_at = $4 \
             WHERE id = $1 AND version = $2 AND status = 'open' AND NOT EXISTS \
                 (SELECT 1 FROM carts WHERE user_id = $3 AND status = 'open')";
        let values = values![guest.id, guest.version, user, self.env.now()];
        let given = self.once(keyed, &outcome, (sql.to_owned(), values), false);
        if !won(given.await)? {
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

/// Whether the one row was written. A person who opened another cart at this moment has won: the
/// unique index decides.
pub(super) fn won(written: Result<bool, db::Error>) -> Result<bool, CartError> {
    match written {
        Ok(written) => Ok(written),
        Err(error) if error.violates("carts_one_open_per_user") => Ok(false),
        Err(error) => Err(error.into()),
    }
}
