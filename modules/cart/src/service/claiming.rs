//! A person takes over the cart that she filled as a guest.

use feira_kernel::{Actor, Time, UserId, db, token::TokenHash, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, TRIES, crowded};
use crate::{
    access,
    api::{CartError, CartId, CartItemId, CartOwner, CartStatus, Claimed},
    live::Sellables,
    merge::{self, Plan},
    snapshot::{Item, Snapshot, defect},
    status::Action,
};

/// What is written of a merge, if both carts are still as they were read.
#[derive(Clone)]
struct Merge {
    own: CartId,
    own_version: i64,
    guest: CartId,
    guest_version: i64,
    lines: serde_json::Value,
    destination: Option<serde_json::Value>,
    choices: serde_json::Value,
    now: Time,
}

#[derive(FromQueryResult)]
struct Locked {
    id: Uuid,
    version: i64,
}

impl Service {
    pub(super) async fn claim_cart(
        &self,
        actor: &Actor,
        id: CartId,
        token: TokenHash,
    ) -> Result<Claimed, CartError> {
        let user = access::person(actor)?;
        for _ in 0..TRIES {
            let guest = self.find(id).await?;
            if guest.owner == CartOwner::User(user) {
                // Claimed before, when she had no other cart.
                guest.status.after(Action::Change)?;
                return self.claimed(guest).await;
            }
            if guest.owner != CartOwner::Guest(token.clone()) {
                return Err(CartError::NotFound);
            }
            if guest.status == CartStatus::Merged {
                return self.claimed(self.open_cart_of(user).await?).await;
            }
            guest.status.after(Action::Merge)?;
            let done = match self.find_open(user).await? {
                Some(own) => self.merge(own, guest).await?,
                None => self.give(guest, user).await?,
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

    /// The guest's cart becomes hers; `None` if it changed, or if she has an open one by now.
    async fn give(&self, guest: Snapshot, user: UserId) -> Result<Option<Claimed>, CartError> {
        let given = self
            .statement(
                "UPDATE carts SET user_id = $3, guest_token_hash = NULL, expires_at = NULL, \
                     version = version + 1, updated_at = $4 \
                 WHERE id = $1 AND version = $2 AND status = 'open' AND NOT EXISTS \
                     (SELECT 1 FROM carts WHERE user_id = $3 AND status = 'open')"
                    .to_owned(),
                values![guest.id, guest.version, user, self.env.now()],
            )
            .await;
        match given {
            Ok(1) => {}
            Ok(_) => return Ok(None),
            // She opened another cart at this moment: the unique index decides.
            Err(CartError::Internal(error)) => {
                let opened = self.find_open(user).await?;
                return opened.map_or(Err(CartError::Internal(error)), |_| Ok(None));
            }
            Err(error) => return Err(error),
        }
        let report = merge::moved(&guest);
        let own = Snapshot {
            owner: CartOwner::User(user),
            expires_at: None,
            version: guest.version + 1,
            ..guest
        };
        let cart = self.view(own).await?;
        Ok(Some(Claimed { cart, report }))
    }

    /// The guest's lines go into her cart; `None` if one of the carts changed meanwhile.
    async fn merge(&self, own: Snapshot, guest: Snapshot) -> Result<Option<Claimed>, CartError> {
        let mut sellables = Sellables::new();
        let mut variants = own.variants();
        variants.extend(guest.variants());
        self.ask(&mut sellables, variants).await?;
        let mut plan = merge::plan(&own, &guest, &sellables);
        for line in &mut plan.lines {
            if own.line_of(line.variant).is_none() {
                line.id = CartItemId(self.env.uuid());
            }
        }
        let after = merged(&own, &guest, &plan);
        let input = Merge {
            own: own.id,
            own_version: own.version,
            guest: guest.id,
            guest_version: guest.version,
            lines: plan.lines.iter().map(json).collect(),
            destination: after
                .destination
                .as_ref()
                .map(serde_json::to_value)
                .transpose()
                .map_err(defect)?,
            choices: serde_json::to_value(&after.choices).map_err(defect)?,
            now: self.env.now(),
        };
        let written = self
            .env
            .pool
            .transaction_relaxed(input, |tx, input| {
                Box::pin(async move { input.write(tx).await })
            })
            .await?;
        if !written {
            return Ok(None);
        }
        let cart = self.view_with(after, &sellables).await?;
        let report = plan.report;
        Ok(Some(Claimed { cart, report }))
    }
}

/// Her cart with the lines of the plan. What she chose herself stands; the guest's destination
/// and choices fill what she had not said.
fn merged(own: &Snapshot, guest: &Snapshot, plan: &Plan) -> Snapshot {
    let mut after = own.clone();
    after.version += 1;
    for line in &plan.lines {
        match after.items.iter_mut().find(|item| item.id == line.id) {
            Some(item) => *item = line.clone(),
            None => after.items.push(line.clone()),
        }
    }
    after.destination = after.destination.or_else(|| guest.destination.clone());
    for (store, method) in &guest.choices {
        after.choices.entry(*store).or_insert(*method);
    }
    after
}

fn json(item: &Item) -> serde_json::Value {
    serde_json::json!({
        "id": item.id,
        "variant_id": item.variant,
        "product_id": item.product,
        "store_id": item.store,
        "title": item.title,
        "quantity": item.quantity,
        "unit_price": item.seen.amount().to_string(),
        "currency": item.seen.currency(),
        "position": item.position,
    })
}

impl Merge {
    /// Whether it was written.
    async fn write(self, tx: &db::Tx) -> Result<bool, CartError> {
        let mut expected = [
            (self.own.0, self.own_version),
            (self.guest.0, self.guest_version),
        ];
        expected.sort_unstable();
        let locked: Vec<Locked> = db::rows(
            &**tx,
            "SELECT id, version FROM carts WHERE id IN ($1, $2) AND status = 'open' \
             ORDER BY id FOR UPDATE",
            values![self.own, self.guest],
        )
        .await?;
        if !locked.iter().map(|row| (row.id, row.version)).eq(expected) {
            return Ok(false);
        }
        db::exec(
            &**tx,
            "INSERT INTO cart_items (id, cart_id, variant_id, product_id, store_id, title, quantity, \
                                     unit_price, currency, position, updated_at) \
             SELECT l.id, $1, l.variant_id, l.product_id, l.store_id, l.title, l.quantity, \
                    l.unit_price, l.currency, l.position, $3 \
             FROM jsonb_to_recordset($2) AS l(id uuid, variant_id uuid, product_id uuid, \
                 store_id uuid, title text, quantity integer, unit_price numeric, currency text, \
                 position bigint) \
             ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity, \
                 updated_at = excluded.updated_at",
            values![self.own, self.lines, self.now],
        )
        .await?;
        db::exec(
            &**tx,
            "UPDATE carts SET destination = $2, shipping_choices = $3, version = version + 1, \
                              updated_at = $4 WHERE id = $1",
            values![self.own, self.destination, self.choices, self.now],
        )
        .await?;
        db::exec(
            &**tx,
            "UPDATE carts SET status = 'merged', merged_into = $2, version = version + 1, \
                              updated_at = $3 WHERE id = $1",
            values![self.guest, self.own, self.now],
        )
        .await?;
        Ok(true)
    }
}
