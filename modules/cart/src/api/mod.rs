//! The public face of `cart`: what somebody means to buy, from any number of stores.

mod error;
mod types;

use feira_catalog::StockLine;
use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest, Versions, remote, token::TokenHash};
use uuid::Uuid;

pub use error::CartError;
pub use types::*;

/// The most units of one line.
pub const MAX_QUANTITY: u32 = 999;
/// The most lines of a cart.
pub const MAX_LINES: usize = 100;
/// A cart that has been held for so long, for an order that does not exist, is released by a job of
/// `order`. Longer than placing an order takes.
pub const HOLD_LEASE: time::Duration = time::Duration::minutes(5);

remote! {
    /// Carts. Calls `catalog` and `store` at every read: prices, stock and store states are live.
    ///
    /// What takes `expected` is `VersionMismatch`, and changes nothing, if that does not name the
    /// cart's current version.
    pub trait Carts, client HttpCarts, dispatch dispatch_carts, service crate::service::Service {
        /// A new, empty cart of the person, or of a guest: then with a token, given once. Who has
        /// an open cart is given that one: a person, and a guest with the token of a held cart,
        /// which opens both. A crash of the database may take back an empty cart of the last
        /// tenths of a second.
        async fn create(&self, actor: &Actor, key: Option<IdempotencyKey>) -> Result<NewCart, CartError>;
        /// The cart as it stands now. Only its owner sees it; else `NotFound`.
        async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError>;
        /// Adds units of a variant; to a line that has it already, they are summed.
        /// `OutOfStock` when more are wanted than there are, `StoreClosed` when nothing of its store can
        /// be bought now. Idempotent by its key. The first
        /// line of a cart is on the disk when this answers, and its cart with it; a crash of the
        /// database may take back the last tenths of a second of later changes.
        async fn add_item(&self, actor: &Actor, id: CartId, item: NewItem, key: Option<IdempotencyKey>) -> Result<Cart, CartError>;
        /// Sets a line's quantity. Idempotent. A line of a store that cannot be bought from now is not
        /// raised: `StoreClosed`.
        async fn set_quantity(&self, actor: &Actor, id: CartId, item: CartItemId, quantity: u32, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// Removes a line; one that is not there is `NotFound`.
        async fn remove_item(&self, actor: &Actor, id: CartId, item: CartItemId, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// Says where to send it and how per store. Idempotent. A method that the store does not
        /// offer there is `Invalid`.
        async fn set_shipping(&self, actor: &Actor, id: CartId, shipping: ShippingSelection, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// A person takes over a guest's cart: lines merge into her open cart (or the guest's
        /// becomes hers); quantities are summed, capped by stock and by the line limit, nothing is added of
        /// a store that cannot be bought from now (`not_offered`), and the
        /// report says what was done to each line. Answers her open cart; a repeat with an empty
        /// report. Held carts of the same token become hers as they are; if the id is of one that
        /// is held or merged, the token's open cart is taken over, if there is one. It is on the
        /// disk when this answers: the client forgets the token then.
        async fn claim(&self, actor: &Actor, id: CartId, guest: TokenHash, key: Option<IdempotencyKey>) -> Result<Claimed, CartError>;
        /// The cart as checkout needs it: only of this owner, only open or held; else
        /// `NotFound`/`Closed`. For `order`.
        async fn for_checkout(&self, actor: &Actor, id: CartId, owner: CartOwner) -> Result<Cart, CartError>;
        /// Keeps an open cart for an order that is about to be placed, as it is in this version;
        /// `false` if it is not so any more: to be read again. For a cart that is held for the same
        /// order the lease begins anew, whatever the version. For `order`.
        async fn hold(&self, actor: &Actor, id: CartId, version: i64, order: Uuid) -> Result<bool, CartError>;
        /// Gives a cart back that was held for an order which has ended, or never came to be: its
        /// lines go into the open cart of its owner, with all their units that a line takes, also
        /// of what is sold out (the cart shows it as a problem); if there is no open cart, it is
        /// open again as it was. A repeat gives the same answer. `None` if the cart is another
        /// order's, or bought. For `order`.
        async fn release(&self, actor: &Actor, id: CartId, order: Uuid) -> Result<Option<Released>, CartError>;
        /// Carts that have been held for [`HOLD_LEASE`] and longer, by their ids. For `order`, which
        /// knows whether their orders live.
        async fn held(&self, actor: &Actor, page: PageRequest) -> Result<Page<HeldCart>, CartError>;
        /// Completes a cart because the order that it is held for is paid. `bought` is given of an
        /// order that was placed before carts were held (release 0.1.0): an open or a merged cart
        /// is completed then, and what was not bought stays in an open cart of its owner. A repeat
        /// for the same order changes nothing. For `order`.
        async fn close(&self, actor: &Actor, id: CartId, order: Uuid, bought: Option<Vec<StockLine>>) -> Result<(), CartError>;
    }
}
